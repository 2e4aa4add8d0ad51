"""The message tree, and what its slots and conditions can be: values that every dialect gives. Knows no dialect."""
