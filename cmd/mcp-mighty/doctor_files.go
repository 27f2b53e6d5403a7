package main

import "os"

// files checks the configuration file and the folders that it names.
func (d *doctor) files() {
	if file := d.app.config.File; file != "" && os.PathSeparator == '/' {
		if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o022 != 0 {
			d.wrong("configuration", "others may write to %s (mode %o), and so decide what tools may do; take that away (chmod go-w)", file, info.Mode().Perm())
		}
	}
	d.folder("export.dir", d.app.config.Export.Dir)
	d.folder("upload.dir", d.app.config.Upload.Dir)
}

// folder checks a folder that a setting names; "" is none.
func (d *doctor) folder(setting, path string) {
	if path == "" {
		return
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		d.wrong(setting, "%s; create it, for yourself alone (chmod 700), or take the setting out", err)
	case !info.IsDir():
		d.wrong(setting, "%s is not a folder; name one, or take the setting out", path)
	default:
		d.ok(setting, "%s is there", path)
	}
}
