package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// dropTyped drops what was typed and not read yet.
func dropTyped(terminal *os.File) error {
	return windows.FlushConsoleInputBuffer(windows.Handle(terminal.Fd()))
}
