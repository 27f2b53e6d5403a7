package tools_test

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A disk gets full in two ways here. Both are the kernel's: the write comes
// back short or with an error, and that is all that a program sees of a full
// disk.
//
//   - "tmpfs" is a file system of a few megabytes, and a file that takes what is left
//     of it, so that the error is ENOSPC itself (to SQLite SQLITE_FULL). It needs
//     a namespace in which an ordinary user may mount; where the system gives
//     none, this one is left out.
//   - "limit" is RLIMIT_FSIZE, which every Linux has: no file can be written
//     any more. With SIGXFSZ ignored the error is EFBIG. SQLite calls that
//     SQLITE_IOERR, and treats it as it treats SQLITE_FULL: the transaction is
//     rolled back, and the file is as it was.
//
// Neither can be had for a part of a process, so the test runs itself as another
// one.
func TestTheDiskGetsFull(t *testing.T) {
	if kind := os.Getenv(diskVariable); kind != "" {
		onDisks(t, kind)
		return
	}
	for _, kind := range []string{"tmpfs", "limit"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			command := exec.Command(os.Args[0], "-test.run", "^TestTheDiskGetsFull$", "-test.v")
			command.Env = append(os.Environ(), diskVariable+"="+kind)
			if kind == "tmpfs" {
				root := func(id int) []syscall.SysProcIDMap {
					return []syscall.SysProcIDMap{{ContainerID: 0, HostID: id, Size: 1}}
				}
				command.SysProcAttr = &syscall.SysProcAttr{
					Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS, UidMappings: root(os.Getuid()), GidMappings: root(os.Getgid()),
				}
			}
			out, err := command.CombinedOutput()
			var ended *exec.ExitError
			switch {
			case kind == "tmpfs" && err != nil && !errors.As(err, &ended), strings.Contains(string(out), noMount):
				t.Skipf("nobody may mount here: %v\n%s", err, out)
			case err != nil || !strings.Contains(string(out), "\nPASS"):
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

const (
	diskVariable = "MCP_MIGHTY_TEST_DISK"
	noMount      = "no file system can be mounted"
)

// disk is a place for files that gets full, and has room again.
type disk struct {
	dir        string
	fill, free func()
}

func newDisk(t *testing.T, kind string) *disk {
	t.Helper()
	d := &disk{dir: t.TempDir()}
	if kind == "limit" {
		var was syscall.Rlimit
		must(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
		set := func(n uint64) func() {
			return func() { must(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: was.Max})) }
		}
		d.fill, d.free = set(0), set(was.Cur)
		t.Cleanup(d.free)
		return d
	}
	if err := syscall.Mount("tmpfs", d.dir, "tmpfs", 0, "size=16m"); err != nil {
		t.Skip(noMount+":", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(d.dir, syscall.MNT_DETACH)) })
	ballast := filepath.Join(d.dir, "ballast")
	d.fill = func() { must(t, fillUp(ballast)) }
	d.free = func() {
		if err := os.Remove(ballast); !errors.Is(err, fs.ErrNotExist) {
			must(t, err)
		}
	}
	return d
}

// fillUp writes a file until nothing more fits.
func fillUp(path string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	for range math.MaxInt16 {
		if _, err := file.Write(make([]byte, 4096)); errors.Is(err, syscall.ENOSPC) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return errors.New("it does not get full")
}
