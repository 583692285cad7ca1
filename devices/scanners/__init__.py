"""What turns a picture of a code into its text, or listens to a scanner that does."""
