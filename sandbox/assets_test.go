package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// form builds an upload; "" for the file name sends no file.
func (a *api) form(fields map[string]string, file string, content []byte) *http.Request {
	a.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			a.t.Fatal(err)
		}
	}
	if file != "" {
		part, err := w.CreateFormFile("asset_file", file)
		if err != nil {
			a.t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			a.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		a.t.Fatal(err)
	}
	r := a.request("POST", "/assets", body.String())
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func (a *api) upload(fields map[string]string, file string, content []byte) reply {
	a.t.Helper()
	answer, err := a.send(a.form(fields, file, content))
	if err != nil {
		a.t.Fatal(err)
	}
	return answer
}

func TestAssets(t *testing.T) {
	a := serve(t, Options{})
	content := []byte("\x89PNG not really")
	sum := sha256.Sum256(content)
	answer := a.upload(map[string]string{"asset_style": "avatar", "metadata": `{"is_main_image":true}`}, "face.png", content)
	if answer.status != 201 || !strings.Contains(answer.body, `"type":"Asset","name":"face.png"`) {
		t.Fatalf("answered %d %s", answer.status, answer.body)
	}
	state, found := a.box.AssetByID(answer.id(t))
	if want := (AssetState{answer.id(t), "avatar", "face.png", "", int64(len(content)), hex.EncodeToString(sum[:])}); !found || state != want {
		t.Errorf("kept %+v, want %+v", state, want)
	}
	fetched := a.upload(map[string]string{"asset_style": "post", "source_url": "https://example.com/a/b.jpg"}, "", nil)
	if state, _ := a.box.AssetByID(fetched.id(t)); state.Name != "b.jpg" || state.SourceURL != "https://example.com/a/b.jpg" || state.Size != 0 {
		t.Errorf("kept %+v", state)
	}
	a.want("POST", "/badges", path(`{"title":"New","avatar_id":%d}`, answer.id(t)), 201, `face.png"`)

	changes := a.box.Changes()
	for _, test := range []struct {
		fields  map[string]string
		file    string
		content []byte
		status  int
		message string
	}{
		{map[string]string{}, "a.png", content, 400, "asset_style"},
		{map[string]string{"asset_style": "avatar"}, "", nil, 400, "asset_file or source_url"},
		{map[string]string{"asset_style": "avatar", "style": "x"}, "a.png", content, 400, "Unexpected parameters: style"},
		{map[string]string{"asset_style": "avatar", "asset_file": "text"}, "", nil, 400, "asset_file must be a file"},
		{map[string]string{"asset_style": "selfie"}, "a.png", content, 422, "Asset style is invalid"},
		{map[string]string{"asset_style": "avatar", "source_url": "https://example.com/a"}, "a.png", content, 422, "Either"},
		{map[string]string{"asset_style": "avatar", "source_url": "file:///etc/passwd"}, "", nil, 422, "Source url is invalid"},
		{map[string]string{"asset_style": "avatar", "source_url": "a.png"}, "", nil, 422, "Source url is invalid"},
		{map[string]string{"asset_style": "avatar", "metadata": "[]"}, "a.png", content, 422, "Metadata"},
		{map[string]string{"asset_style": "avatar"}, "a.png", nil, 422, "empty"},
		{map[string]string{"asset_style": "video"}, "a.mp4", make([]byte, maxAsset+1), 422, "too large"},
		{map[string]string{"asset_style": "video"}, "a.mp4", make([]byte, maxForm), 413, "too large"},
	} {
		got := a.upload(test.fields, test.file, test.content)
		if got.status != test.status || !strings.Contains(got.body, test.message) {
			t.Errorf("%v with %q: %d %s, want %d …%s…", test.fields, test.file, got.status, got.body, test.status, test.message)
		}
	}
	a.want("POST", "/assets", `{"asset_style":"avatar"}`, 400, "multipart/form-data")
	if a.box.Changes() != changes {
		t.Error("a refused upload changed something")
	}
	if got := a.upload(map[string]string{"asset_style": "video"}, "a.mp4", make([]byte, maxAsset)); got.status != 201 {
		t.Errorf("25 MB answered %d %s", got.status, got.body)
	}
}

// TestAssetsKnowOneRefusal: a wrong network is 401 here, and 403 or 404
// elsewhere.
func TestAssetsKnowOneRefusal(t *testing.T) {
	a := serve(t, Options{OtherNetworks: []uint64{77}})
	for _, network := range []string{"77", "78"} {
		r := a.form(map[string]string{"asset_style": "avatar"}, "a.png", []byte("x"))
		r.URL.Path = basePath + network + "/assets"
		if got, err := a.send(r); err != nil || got.status != 401 {
			t.Errorf("network %s: %v, %v", network, got, err)
		}
	}
	a.want("GET", a.server.URL+basePath+"77/tags", "", 403, "forbidden")
}
