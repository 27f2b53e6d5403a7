package tools

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
)

const assetsToolset = "assets"

// assetTools put files into the network.
//
// An upload is no write: the API neither lists nor deletes files, so that it
// has no inverse. It takes nothing from anybody, so it is not destructive
// either. But a file leaves this machine for an address that others can open,
// and what was sent cannot be unsent: that is outward, and a person sees which
// file it is first.
func assetTools() []Tool {
	return []Tool{
		outward(Doc{
			Name: "upload_asset", Title: "Upload asset", Toolset: assetsToolset, Anew: true,
			About: "Uploads a file (25 MB at most), as for create_badge; it can be neither listed nor deleted. A person must approve.",
		}, previewUpload, uploadAsset),
	}
}

type uploadAssetIn struct {
	AssetStyle string `json:"asset_style" jsonschema:"minLength=1,maxLength=60" jsonschema_description:"avatar (badges too), cover, post, file, …"`
	AssetFile  string `json:"asset_file,omitempty" jsonschema:"maxLength=500" jsonschema_description:"file in the operator's upload folder"`
	SourceURL  string `json:"source_url,omitempty" jsonschema:"maxLength=2000" jsonschema_description:"or http(s) address, fetched by the API"`
}

// Check implements [Checker]. Nothing is looked at before a path has proved to
// stay below the folder by its letters alone.
func (in *uploadAssetIn) Check() error {
	switch {
	case (in.AssetFile == "") == (in.SourceURL == ""):
		return problem("asset_file", `give either "asset_file" or "source_url"`)
	case in.AssetFile != "" && !filepath.IsLocal(filepath.FromSlash(in.AssetFile)):
		return problem("asset_file", `argument "asset_file" must be a file inside the operator's upload folder, such as logo.png or badges/first.png`)
	case in.SourceURL != "" && !isWebAddress(in.SourceURL):
		return problem("source_url", `argument "source_url" must be an http or https address without a user name or password`)
	}
	return nil
}

func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

// openUpload opens a file of the operator's upload folder. [os.Root] keeps
// paths and links inside of it. The caller closes the file. Errors name the
// folder nowhere, since the model reads them.
func openUpload(c *Call, name string) (*os.File, int64, error) {
	if c.uploadDir == "" {
		return nil, 0, &Obstacle{Message: "upload_asset: the operator has set no upload folder, so that no file of this machine can be uploaded. Give source_url, or ask the operator to set the folder."}
	}
	root, err := os.OpenRoot(c.uploadDir)
	if err != nil {
		return nil, 0, &Obstacle{Message: "upload_asset: the operator's upload folder cannot be opened. The operator must check that it is there and may be read."}
	}
	defer root.Close()
	// Asked before opening: to open a pipe would wait for its other end.
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, 0, problem("asset_file", `argument "asset_file": there is no such file in the upload folder, or it is a folder, no ordinary file, or leads out of it`)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, 0, problem("asset_file", `argument "asset_file": the file cannot be read`)
	}
	info, err := file.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		err = problem("asset_file", `argument "asset_file": the file cannot be read`)
	case info.Size() == 0:
		err = problem("asset_file", `argument "asset_file": the file is empty`)
	case info.Size() > apiclient.MaxAssetSize:
		err = problem("asset_file", fmt.Sprintf(`argument "asset_file": the file has %d bytes, more than %d, the most that can be uploaded`, info.Size(), apiclient.MaxAssetSize))
	}
	if err != nil {
		_ = file.Close()
		return nil, 0, err
	}
	return file, info.Size(), nil
}

// previewUpload tells what file it is by its sum, so that what is uploaded is
// what was approved.
func previewUpload(_ context.Context, c *Call, in uploadAssetIn) (guardrails.Preview, error) {
	p := guardrails.Preview{
		Facts:    []guardrails.Fact{guardrails.Quote("for", in.AssetStyle)},
		Warnings: []string{"It cannot be deleted through the API, and whoever has its address may open it."},
	}
	if in.SourceURL != "" {
		p.Action = "Let the API fetch a file from this address and keep it in the network."
		p.Facts = append(p.Facts, guardrails.Quote("address", in.SourceURL))
		return p, nil
	}
	file, size, err := openUpload(c, in.AssetFile)
	if err != nil {
		return p, err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(file, apiclient.MaxAssetSize+1)); err != nil {
		return p, problem("asset_file", `argument "asset_file": the file cannot be read to its end`)
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	p.Action = "Upload this file of this machine to the network."
	p.Facts = append(p.Facts, guardrails.Quote("file", in.AssetFile), guardrails.Number("bytes", size), guardrails.Field("sha-256", digest))
	p.Before = map[string]any{"sha256": digest}
	return p, nil
}

type assetView struct {
	ID   apiclient.ID `json:"id"`
	Type string       `json:"type,omitempty"`
	Name string       `json:"name,omitempty"`
	URL  string       `json:"url,omitempty"`
}

// address cleans an address that is of use only as a whole.
func address(s string) string { return untrusted.Plain(s, bodyLength) }

// uploadAsset has no read-back: the API lists no files.
func uploadAsset(ctx context.Context, c *Call, in uploadAssetIn) (view[assetView], error) {
	upload := apiclient.AssetUpload{Style: in.AssetStyle, SourceURL: in.SourceURL}
	if in.AssetFile != "" {
		file, _, err := openUpload(c, in.AssetFile)
		if err != nil {
			return view[assetView]{}, err
		}
		defer file.Close()
		upload.Filename = filepath.Base(filepath.FromSlash(in.AssetFile))
		upload.Content = &summedReader{from: file, sum: sha256.New(), want: fmt.Sprint(c.before["sha256"])}
	}
	asset, err := c.API.Assets().Upload(ctx, upload)
	switch {
	case errors.Is(err, errFileChanged):
		return view[assetView]{}, &Obstacle{Message: "upload_asset: the file was changed after it was looked at, so it was not sent. Call again."}
	case err != nil:
		return view[assetView]{}, err
	}
	return show(assetView{ID: asset.ID, Type: line(asset.Type), Name: line(asset.Name), URL: address(asset.URL)}, asset.Raw, concise), nil
}

var errFileChanged = errors.New("the file is not the one that was looked at")

// summedReader fails at the end of a file whose sum is not the wanted one. The
// client reads a file to its end before it sends the first byte.
type summedReader struct {
	from io.Reader
	sum  hash.Hash
	want string
}

// Read implements io.Reader.
func (r *summedReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(r.sum.Sum(nil)) != r.want {
		err = errFileChanged
	}
	return n, err
}

// uploadingFrom returns the networks with the folder whose files may be
// uploaded.
func (n networks) uploadingFrom(dir string) networks {
	uploading := slices.Clone(n)
	for i := range uploading {
		uploading[i].uploadDir = dir
	}
	return uploading
}
