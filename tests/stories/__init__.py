"""Days at the counter, told in lines; every line is checked to the state of the papers, permit, card and the colour."""
