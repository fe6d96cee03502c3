echo text >README
