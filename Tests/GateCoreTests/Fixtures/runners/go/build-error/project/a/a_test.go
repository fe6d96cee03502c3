package a

import "testing"

func TestBroken(t *testing.T) { noSuchFunction() }
