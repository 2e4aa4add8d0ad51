"""What commands other than `check` do, one a file. Nothing below knows them; `cli.py` prints what they give."""
