"""What a message tree costs at best and at worst, and the text of each of its paths. Knows the tree."""
