package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal makes a terminal of the kernel's: what a person types goes into
// the keyboard, and the program gets the screen.
func openTerminal(t *testing.T) (keyboard, screen *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("this machine has no terminals to give: %v", err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	return keyboard, screen
}

// TestPersonAtTheTerminal approves and declines a ban at a real terminal.
func TestPersonAtTheTerminal(t *testing.T) {
	env := isolated(t)
	victim := fmt.Sprint(spammer(t, env))
	for typed, want := range map[string]struct {
		code int
		says string
	}{
		"CODE\n": {0, "status: done"},
		"yes\n":  {1, "declined"},
		"no\n":   {1, "declined"},
		"\n":     {1, "without an answer"},
	} {
		t.Run(strings.TrimSpace(typed), func(t *testing.T) {
			keyboard, screen := openTerminal(t)
			output := newLogged()
			command := exec.Command(binary, "call", "ban_member", "member_id="+victim, "--sandbox")
			command.Env = env
			command.Stdin = screen
			command.Stdout, command.Stderr = output, output
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			code := regexp.MustCompile(`Type (\w+) to approve`).FindStringSubmatch(output.waitFor(t, regexp.MustCompile(`Type \w+ to approve`)))[1]
			if !strings.Contains(output.String(), "member id: "+victim) {
				t.Errorf("the question does not name the member:\n%s", output)
			}
			if _, err := keyboard.WriteString(strings.Replace(typed, "CODE", code, 1)); err != nil {
				t.Fatal(err)
			}
			_ = command.Wait()
			if code := command.ProcessState.ExitCode(); code != want.code || !strings.Contains(output.String(), want.says) {
				t.Errorf("typed %q: exit %d:\n%s\nwant exit %d and %q", typed, code, output, want.code, want.says)
			}
		})
	}
}
