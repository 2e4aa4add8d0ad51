"""What is said of templates: in `.smslint.yaml`, in front matter and comments, in files of examples."""
