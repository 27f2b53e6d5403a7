package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// assetPath is the one route that takes a form with a file.
const assetPath = "/assets"

func assetRoutes() []route {
	// The vendor marks none of these as required, and answers 400 without them.
	form := []param{
		{name: "asset_style"}, {name: "asset_file", kind: file}, {name: "source_url"}, {name: "input_type"},
		{name: "original_aspect_ratio"}, {name: "metadata"},
	}
	return []route{
		{method: http.MethodPost, path: assetPath, body: form, form: true, status: 201, handle: createAsset},
	}
}

// maxAsset is the largest file, in bytes. Users of the API name 25 MB.
const maxAsset = 25 << 20

// media is what was uploaded. The bytes are not kept, only what tells them
// apart.
type media struct {
	assets    map[uint64]*asset
	lastAsset uint64
}

type asset struct {
	id                       uint64
	style, name, url, source string
	size                     int64
	sum                      string // SHA-256 in hexadecimal
}

type assetBody struct {
	ID   uint64 `json:"id"`
	URL  string `json:"url"`
	Type string `json:"type"`
	Name string `json:"name"`
}

func (a *asset) body() assetBody { return assetBody{a.id, a.url, "Asset", a.name} }

func newMedia() media { return media{assets: map[uint64]*asset{}, lastAsset: firstAsset} }

func (m *community) addAsset(a *asset) *asset {
	m.lastAsset++
	a.id = m.lastAsset
	a.url = m.network.address("assets/%d/%s", a.id, url.PathEscape(a.name))
	m.assets[a.id] = a
	return a
}

func assetStyles() []string {
	return []string{
		"avatar", "avatar_suggestion", "header_suggestion", "avatar_dark_mode", "thumbnail", "square_thumbnail", "bundle_description",
		"landing_page_background", "landing_page_video", "customer_site_logo", "space_avatar", "space_description", "brand_banner_on_color",
		"brand_banner_on_white", "brand_banner_dark_mode", "background_image_banner", "background_image_banner_fixed_ratio", "post_description",
		"landing_page_description", "cover", "post", "comment", "file", "header", "cinema_header", "profile_prompt_answer", "new_member_pitch",
		"embedded_link", "user_cover", "video", "course_video", "live_mp4_recording", "live_mp4_recording_backup", "comment_video",
		"ai_interaction", "automation_action_image", "landing_page_content", "seo_image", "voice_note",
	}
}

// createAsset takes a file, or an address to fetch it from. The sandbox fetches
// nothing: it believes in the address.
func createAsset(m *community, c *call) (any, error) {
	style, styled := c.str("asset_style")
	sent, uploaded := c.args["asset_file"].(upload)
	source, named := c.str("source_url")
	switch {
	case !styled:
		return nil, badRequest("Missing required parameters: asset_style")
	case !uploaded && !named:
		return nil, badRequest("Missing required parameters: asset_file or source_url")
	}
	from, err := url.Parse(source)
	if named && (err != nil || from.Scheme != "http" && from.Scheme != "https" || from.Host == "") {
		return nil, invalid("Source url is invalid")
	}
	metadata, described := c.str("metadata")
	var object map[string]any
	switch {
	case uploaded && named:
		return nil, invalid("Either asset file or source url must be given")
	case !slices.Contains(assetStyles(), style):
		return nil, invalid("Asset style is invalid")
	case uploaded && sent.size == 0:
		return nil, invalid("Asset file is empty")
	case sent.size > maxAsset:
		return nil, invalid("Asset file is too large (maximum is 25 MB)")
	case described && (json.Unmarshal([]byte(metadata), &object) != nil || object == nil):
		return nil, invalid("Metadata must be an object")
	}
	a := &asset{style: style, name: sent.name, size: sent.size, sum: sent.sum, source: source}
	if named {
		a.name = from.Path[strings.LastIndexByte(from.Path, '/')+1:]
	}
	return m.addAsset(a).body(), nil
}
