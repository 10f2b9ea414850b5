"""The program: commands that read files, ask the use cases and show the answer."""
