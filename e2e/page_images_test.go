package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// imagesVariable names the folder into which the pictures of the approvals
// page go (docs/images); without it none are made.
const imagesVariable = "MCP_MIGHTY_IMAGES"

// TestImagesOfThePage makes the pictures of the documentation.
func TestImagesOfThePage(t *testing.T) {
	dir := os.Getenv(imagesVariable)
	if dir == "" {
		t.Skipf("%s does not name a folder for the pictures", imagesVariable)
	}
	o := newOffice(t)
	o.open(o.page)
	o.signIn()
	at := o.waits("ban_member", map[string]any{"member_id": joss, "reason": "posts the same advertisement everywhere"})
	o.waits("announce_post", map[string]any{"space_id": o.space(), "title": "Boat shed open day", "description": "<p>Come along on <b>Saturday</b>, ten o'clock.</p>"})
	o.shows("Announce post")
	o.open(o.page)
	o.picture(dir, "approvals-list", 800, 560, "light")
	o.picture(dir, "approvals-list-phone", 360, 740, "light")
	o.open(at)
	o.picture(dir, "approval-light", 800, 1330, "light")
	o.picture(dir, "approval-dark", 800, 1330, "dark")
	o.picture(dir, "approval-phone", 360, 740, "dark")
}

// picture makes a picture of what the page shows.
func (o *office) picture(dir, name string, width, height int64, scheme string) {
	o.t.Helper()
	o.window(width, height, scheme)
	shot, err := chromedp.Run(o.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
		o.t.Fatal(err)
	}
}
