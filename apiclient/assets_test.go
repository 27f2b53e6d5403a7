package apiclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// formOf reads a multipart body: every field's text as a JSON string.
func formOf(t *testing.T, contentType string, data []byte) map[string]json.RawMessage {
	t.Helper()
	fields := map[string]json.RawMessage{}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Error(err)
	}
	for r := multipart.NewReader(bytes.NewReader(data), params["boundary"]); ; {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return fields
		}
		if err != nil {
			t.Errorf("the form breaks off: %v", err)
			return fields
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Error(err)
		}
		if _, twice := fields[part.FormName()]; twice {
			t.Errorf("%s is sent twice", part.FormName())
		}
		fields[part.FormName()], _ = json.Marshal(string(content))
	}
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

func TestFilesArriveWhole(t *testing.T) {
	png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{0, 0xff, '\n'}, 100_000)...)
	for name, tt := range map[string]struct {
		filename  string
		content   []byte
		wantName  string
		wantTypes string // the beginning
	}{
		"by its ending":  {"a.PNG", []byte("x"), "a.PNG", "image/png"},
		"by its content": {"picture", png, "picture", "image/png"},
		"in a folder":    {`C:\people/ada\a.png`, png, "a.png", "image/png"},
		"quotes":         {"a\"b\r\nX-Evil: 1.png", []byte("x"), "a\"b X-Evil: 1.png", "image/png"},
		"unknown":        {"a.zzzz", []byte{0, 1, 2}, "a.zzzz", "application/octet-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				file, header, err := r.FormFile("asset_file")
				if err != nil {
					t.Error(err)
					return
				}
				got, err := io.ReadAll(file)
				if err != nil || !bytes.Equal(got, tt.content) {
					t.Errorf("%d bytes of %d arrived, %v", len(got), len(tt.content), err)
				}
				if header.Filename != tt.wantName || !strings.HasPrefix(header.Header.Get("Content-Type"), tt.wantTypes) || len(header.Header) != 2 {
					t.Errorf("name %q, header %v", header.Filename, header.Header)
				}
				if r.FormValue("asset_style") != "avatar" || r.ContentLength <= 0 {
					t.Errorf("style %q, %d bytes", r.FormValue("asset_style"), r.ContentLength)
				}
				replyJSON(201, `{"id":1,"type":"Asset","name":"a","url":"https://example.com/a"}`)(w, r)
			})
			// One byte at a time, as a pipe may deliver it.
			a, err := newClient(t, server.URL).Assets().Upload(t.Context(),
				AssetUpload{Style: "avatar", Filename: tt.filename, Content: iotest.OneByteReader(bytes.NewReader(tt.content))})
			if err != nil || a.ID != 1 || a.URL == "" {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
}

// zeros is an endless file that counts what is read of it.
type zeros struct{ read int64 }

func (z *zeros) Read(p []byte) (int, error) {
	z.read += int64(len(p))
	return len(p), nil
}

func TestFilesRefusedBeforeSending(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(201, `{"id":1}`)))
	c := newClient(t, server.URL)
	broken := errors.New("open /home/ada/secret.png: input/output error")
	endless := &zeros{}
	file := func(r io.Reader) AssetUpload { return AssetUpload{Style: "avatar", Filename: "a.png", Content: r} }
	from := func(url string) AssetUpload { return AssetUpload{Style: "avatar", SourceURL: url} }
	for name, u := range map[string]AssetUpload{
		"asset_style":     {Filename: "a.png", Content: strings.NewReader("x")},
		"either":          {Style: "avatar"},
		"either/both":     {Style: "avatar", Filename: "a.png", Content: strings.NewReader("x"), SourceURL: "https://example.com/a.png"},
		"name":            {Style: "avatar", Filename: "folder/", Content: strings.NewReader("x")},
		"name/dots":       {Style: "avatar", Filename: "..", Content: strings.NewReader("x")},
		"name/long":       {Style: "avatar", Filename: strings.Repeat("a", 256), Content: strings.NewReader("x")},
		"empty":           file(strings.NewReader("")),
		"could not":       file(iotest.ErrReader(broken)),
		"could not/later": file(io.MultiReader(io.LimitReader(&zeros{}, 10_000), iotest.ErrReader(broken))),
		"25 MiB":          file(endless),
		"25 MiB/by one":   file(io.LimitReader(&zeros{}, MaxAssetSize+1)),
		"source_url":      from("file:///etc/passwd"),
		"source_url/user": from("https://ada:secret@example.com/a.png"),
		"source_url/host": from("https:///a.png"),
		"source_url/bad":  from("https://exa mple.com/%zz"),
	} {
		_, err := c.Assets().Upload(t.Context(), u)
		e := apiError(t, err, Validation)
		word, _, _ := strings.Cut(name, "/")
		if !strings.Contains(e.Message, word) || !strings.Contains(e.Message, "nothing was sent") || strings.Contains(e.Error(), "secret") {
			t.Errorf("%s: message %q", name, e.Message)
		}
		if word == "could not" && !errors.Is(err, broken) {
			t.Errorf("%s: the cause is lost: %v", name, err)
		}
	}
	if n := requests.requests(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	if endless.read > MaxAssetSize+1<<20 {
		t.Errorf("%d bytes were read of an endless file", endless.read)
	}
	if _, err := c.Assets().Upload(t.Context(), file(io.LimitReader(&zeros{}, MaxAssetSize))); err != nil {
		t.Errorf("a file of exactly the largest size: %v", err)
	}
}

func TestAnUploadIsSentOnce(t *testing.T) {
	var requests counter
	server := serve(t, requests.count(replyJSON(503, `{"error":"busy"}`)))
	_, err := newClient(t, server.URL).Assets().Upload(t.Context(),
		AssetUpload{Style: "avatar", Filename: "a.png", Content: strings.NewReader("x")})
	apiError(t, err, OutcomeUnknown)
	if n := requests.requests(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// A slow line needs time to send a file, which is not the API's silence.
func TestAnUploadHasTimeForItsBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := overPipes(t, hang)
		c := newClient(t, "http://127.0.0.1", func(o *Options) { o.Transport = transport })
		start := time.Now()
		_, err := c.Assets().Upload(t.Context(),
			AssetUpload{Style: "avatar", Filename: "a.png", Content: io.LimitReader(&zeros{}, 10*uploadRate)})
		e := apiError(t, err, OutcomeUnknown)
		if took := time.Since(start); took != DefaultTimeout+10*time.Second || !strings.Contains(e.Message, "within 30s") {
			t.Errorf("gave up after %s: %v", took, e)
		}
	})
}

func TestAssetStylesAreTheVendors(t *testing.T) {
	doc := vendorDocument(t)
	op := doc["paths"].(map[string]any)[pathPrefix+network+"/assets"].(map[string]any)["post"].(map[string]any)
	content := follow(doc, op["requestBody"])["content"].(map[string]any)
	schema := follow(doc, follow(doc, content["multipart/form-data"])["schema"])
	var want []string
	for _, style := range follow(doc, schema["properties"].(map[string]any)["asset_style"])["enum"].([]any) {
		want = append(want, style.(string))
	}
	if got := AssetStyles(); !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("styles %v, the vendor has %v", got, want)
	}
}
