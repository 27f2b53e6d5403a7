package apiclient

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// MaxAssetSize is the largest file that can be uploaded, 25 MB in bytes.
const MaxAssetSize = 25 << 20

// maxFilename bounds a file's name, in characters.
const maxFilename = 255

// AssetUpload describes a file to upload: either Content with a Filename, or
// a SourceURL.
type AssetUpload struct {
	// Style says what the file is for, one of [AssetStyles]. Required. The API
	// may know newer ones, so others are sent as well.
	Style string
	// Filename is the file's name; folders before it are left out. Its ending
	// says what kind of file it is.
	Filename string
	// Content is the file, at most [MaxAssetSize]. It is read to its end, into
	// memory, before anything is sent, and not closed.
	Content io.Reader
	// SourceURL is an http or https address from which the API itself fetches
	// the file.
	SourceURL string
}

// AssetsService uploads files. The API neither lists nor deletes them.
type AssetsService struct{ c *Client }

// Upload stores a file in the network and returns it
// (POST /networks/{network_id}/assets, multipart). Like every write it is
// sent once. A file that is empty, unreadable or too large is [Validation]
// and nothing is sent.
func (s AssetsService) Upload(ctx context.Context, u AssetUpload) (*Asset, error) {
	if err := missing(opAssetUpload, field{"asset_style", u.Style}); err != nil {
		return nil, err
	}
	source := strings.TrimSpace(u.SourceURL)
	if (u.Content == nil) == (source == "") {
		return nil, invalid(opAssetUpload, "give either asset_file or source_url")
	}
	var file *formFile
	if u.Content != nil {
		name := plainName(u.Filename)
		if name == "" || utf8.RuneCountInString(name) > maxFilename {
			return nil, invalid(opAssetUpload, "asset_file needs a name of at most 255 characters")
		}
		file = &formFile{name: "asset_file", filename: name, content: u.Content, limit: MaxAssetSize}
	} else if !isWebAddress(source) {
		return nil, invalid(opAssetUpload, "source_url must be an http or https address without a user name or password")
	}
	form, err := newForm(file, field{"asset_style", u.Style}, field{"source_url", source})
	if err != nil {
		return nil, unsendable(err)
	}
	return fetch[Asset](ctx, s.c, call{op: opAssetUpload, form: form})
}

// unsendable is a file that cannot be uploaded. The reason's own text stays
// out of the message, since it may name folders of this machine.
func unsendable(why error) *Error {
	message := "asset_file could not be read to its end"
	switch {
	case errors.Is(why, errFileEmpty):
		message = "asset_file is empty"
	case errors.Is(why, errFileTooLarge):
		message = "asset_file is larger than " + sizeText(MaxAssetSize)
	}
	e := invalid(opAssetUpload, message)
	e.cause = why
	return e
}

func isWebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

// AssetStyles returns what a file can be for, by the API's names.
func AssetStyles() []string {
	return []string{
		"ai_interaction", "automation_action_image", "avatar", "avatar_dark_mode", "avatar_suggestion",
		"background_image_banner", "background_image_banner_fixed_ratio", "brand_banner_dark_mode",
		"brand_banner_on_color", "brand_banner_on_white", "bundle_description", "cinema_header", "comment",
		"comment_video", "course_video", "cover", "customer_site_logo", "embedded_link", "file", "header",
		"header_suggestion", "landing_page_background", "landing_page_content", "landing_page_description",
		"landing_page_video", "live_mp4_recording", "live_mp4_recording_backup", "new_member_pitch", "post",
		"post_description", "profile_prompt_answer", "seo_image", "space_avatar", "space_description",
		"square_thumbnail", "thumbnail", "user_cover", "video", "voice_note",
	}
}
