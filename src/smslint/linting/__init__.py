"""From one text to its report (`engine.py`, read first), and from files and folders to one (`run.py`)."""
