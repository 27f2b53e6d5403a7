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

// TestPersonAtTheTerminal approves and declines at a real terminal, where a ban
// wants the member's name, or their number, and a mail a code that is new each time.
func TestPersonAtTheTerminal(t *testing.T) {
	env := isolated(t)
	victim := fmt.Sprint(spammer(t, env))
	for _, want := range []struct {
		tool, typed string
		code        int
		says        string
	}{
		{"send_password_reset", "CODE\n", 0, "status: done"},
		{"send_password_reset", "yes\n", 1, "declined"},
		{"send_password_reset", "no\n", 1, "declined"},
		{"send_password_reset", "\n", 1, "without an answer"},
		{"ban_member", "CODE\n", 0, "status: done"},
		{"ban_member", " CODE \n", 0, "status: done"},
		{"ban_member", "yes\n", 1, "what was typed is not"},
		{"ban_member", victim + "1\n", 1, "what was typed is not"},
		{"ban_member", "\n", 1, "without an answer"},
	} {
		t.Run(want.tool+"/"+strings.TrimSpace(want.typed), func(t *testing.T) {
			keyboard, screen := openTerminal(t)
			output := newLogged()
			command := exec.Command(binary, "call", want.tool, "member_id="+victim, "--sandbox", "--toolsets", "all")
			command.Env = env
			command.Stdin = screen
			command.Stdout, command.Stderr = output, output
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			asked := regexp.MustCompile(`Type (\w+) to approve, any|Type the (?:name|number) of the member to approve, which is (.+), anything`)
			found := asked.FindStringSubmatch(output.waitFor(t, asked))
			code := found[1] + found[2]
			if !strings.Contains(output.String(), "member id: "+victim) {
				t.Errorf("the question does not name the member:\n%s", output)
			}
			typed := strings.Replace(want.typed, "CODE", code, 1)
			if _, err := keyboard.WriteString(typed); err != nil {
				t.Fatal(err)
			}
			_ = command.Wait()
			if code := command.ProcessState.ExitCode(); code != want.code || !strings.Contains(output.String(), want.says) {
				t.Errorf("typed %q: exit %d:\n%s\nwant exit %d and %q", typed, code, output, want.code, want.says)
			}
		})
	}
}
