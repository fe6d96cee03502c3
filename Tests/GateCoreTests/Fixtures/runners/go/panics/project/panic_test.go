package shop

import "testing"

func TestFirst(t *testing.T) {}

func TestPanics(t *testing.T) { panic("no") }

func TestLast(t *testing.T) {}
