package tools

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"regexp"
)

// exportFolder is the one folder into which files are written. It is opened as
// a root, so that no name, and no link that somebody put there, leads out of
// it.
type exportFolder struct{ root *os.Root }

// openExports opens the folder that the operator has set; "" is none. Its
// errors are for the model and the operator.
func openExports(dir string) (*exportFolder, error) {
	if dir == "" {
		return nil, &Obstacle{Message: "There is no folder for exports. The operator sets one: export.dir in the configuration file, or MIGHTY_EXPORT_DIR, with the absolute path of a folder that exists."}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &Obstacle{Message: "The folder for exports (export.dir) cannot be used: " + plainFileError(err) + ". The operator can create it, for themselves alone (chmod 700)."}
	}
	return &exportFolder{root}, nil
}

func (f *exportFolder) close() { _ = f.root.Close() }

// simpleName is a file's name without extension. It has no dot and no
// separator of any system, so it is a name and never a path.
var simpleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$`)

// free reports whether no file, folder or link has that name.
func (f *exportFolder) free(name string) error {
	switch _, err := f.root.Lstat(name); {
	case err == nil:
		return taken(name)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	default:
		return fileObstacle(err)
	}
}

func taken(name string) error {
	return &Obstacle{Message: "The folder for exports already has a file " + quoted(name) + ", and nothing is ever overwritten. Give another file_name or none."}
}

// unfinished ends the name of a file that is being written, so that half a
// file cannot be taken for a whole one even where the program was killed.
const unfinished = ".partial"

// exportFile is a file that is being written. It has its name only once it is
// whole; discard takes it away before that.
type exportFile struct {
	folder    *exportFolder
	name      string
	file      *os.File
	buffer    *bufio.Writer
	size      int64
	published bool
}

// create begins a new file that only its owner can read.
func (f *exportFolder) create(name string) (*exportFile, error) {
	if err := f.free(name); err != nil {
		return nil, err
	}
	// O_EXCL follows no link and opens no file that is there.
	file, err := f.root.OpenFile(name+unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fileObstacle(err)
	}
	out := &exportFile{folder: f, name: name, file: file}
	out.buffer = bufio.NewWriterSize(counted{out}, 64<<10)
	return out, nil
}

// counted writes to the file and counts the bytes.
type counted struct{ to *exportFile }

func (c counted) Write(p []byte) (int, error) {
	n, err := c.to.file.Write(p)
	c.to.size += int64(n)
	return n, err
}

var _ io.Writer = counted{}

// publish puts the whole file on the disk and gives it its name.
func (e *exportFile) publish() error {
	err := errors.Join(e.buffer.Flush(), e.file.Sync(), e.file.Close())
	if err != nil {
		return fileObstacle(err)
	}
	// A link fails where the name was taken meanwhile; a renaming would
	// overwrite.
	err = e.folder.root.Link(e.name+unfinished, e.name)
	switch {
	case err == nil:
		_ = e.folder.root.Remove(e.name + unfinished)
	case errors.Is(err, fs.ErrExist):
		return taken(e.name)
	default: // a file system without links
		if err := e.folder.free(e.name); err != nil {
			return err
		}
		if err := e.folder.root.Rename(e.name+unfinished, e.name); err != nil {
			return fileObstacle(err)
		}
	}
	e.published = true
	return nil
}

// discard removes a file that was not published.
func (e *exportFile) discard() {
	if e.published {
		return
	}
	_ = e.file.Close()
	_ = e.folder.root.Remove(e.name + unfinished)
}

func fileObstacle(err error) error {
	return &Obstacle{Message: "The file could not be written into the folder for exports: " + plainFileError(err) + ". No part of it was left there."}
}

// plainFileError is an error of the file system without its paths.
func plainFileError(err error) string {
	var (
		path *fs.PathError
		link *os.LinkError
	)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, fs.ErrExist):
		return "an unfinished file of that name is there"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return "the disk failed"
}
