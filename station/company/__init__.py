"""The company desk: a spreadsheet and photos in, findings in sentences, good rows taken, bad rows given back."""
