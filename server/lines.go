package server

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync/atomic"
)

// errLineTooLong stands in for a line that was skipped.
var errLineTooLong = errors.New("the line is too long")

// line is one line of input, without its end, or why there is none.
type line struct {
	text []byte
	err  error
}

// lineReader reads lines in a goroutine of its own, because a read from a
// terminal or a pipe cannot be interrupted.
type lineReader struct {
	in  io.Reader
	max int
	// lines carries what was read and is closed at the end of the input.
	lines chan line
	// stop begins no further read of in; what was read still comes.
	stop chan struct{}
	// quit lets the reader go without its lines.
	quit chan struct{}
	// waits is set while the reader is inside a read of in; all that it read
	// before has been handed on.
	waits atomic.Bool
}

// readLines starts to read lines of at most max bytes. The reader ends with
// its input, or after stop or quit is closed and the read in progress returns.
func readLines(in io.Reader, max int) *lineReader {
	r := &lineReader{in: in, max: max, lines: make(chan line), stop: make(chan struct{}), quit: make(chan struct{})}
	go r.run()
	return r
}

func (r *lineReader) run() {
	defer close(r.lines)
	buffered := bufio.NewReaderSize(r, 64<<10)
	for {
		text, err := r.next(buffered)
		tooLong := errors.Is(err, errLineTooLong)
		switch {
		case tooLong:
			r.hand(line{err: err})
		case len(bytes.TrimSpace(text)) > 0:
			r.hand(line{text: text})
		}
		switch {
		case err == nil || tooLong:
		case errors.Is(err, io.EOF):
			return
		default:
			r.hand(line{err: err})
			return
		}
	}
}

func (r *lineReader) hand(l line) {
	select {
	case r.lines <- l:
	case <-r.quit:
	}
}

// Read implements [io.Reader] for the buffer in front: it is where the reader
// waits for input, and the only place where it can be stopped.
func (r *lineReader) Read(p []byte) (int, error) {
	select {
	case <-r.stop:
		return 0, io.EOF
	case <-r.quit:
		return 0, io.EOF
	default:
	}
	r.waits.Store(true)
	defer r.waits.Store(false)
	return r.in.Read(p)
}

// next reads one line. A line that is too long is skipped to its end.
func (r *lineReader) next(in *bufio.Reader) ([]byte, error) {
	var text []byte
	tooLong := false
	for {
		part, err := in.ReadSlice('\n')
		if tooLong = tooLong || len(text)+len(part) > r.max+1; tooLong {
			text = nil
		} else {
			text = append(text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case tooLong:
			return nil, errLineTooLong
		}
		return bytes.TrimRight(text, "\r\n"), err // a last line may lack its end
	}
}
