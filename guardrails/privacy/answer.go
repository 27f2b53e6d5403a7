package privacy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Answer masks the body of an answer. JSON stays JSON with all its fields, but
// for those that are dropped; anything else is masked as a text.
func (m Mask) Answer(body []byte) []byte {
	if !m.On() {
		return body
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return []byte(m.Text(string(body)))
	}
	// The links of a list lead to its next page, and are shown to nobody.
	list, _ := value.(map[string]any)
	links, linked := list["links"]
	delete(list, "links")
	value = m.value("", value)
	if linked {
		list["links"] = links
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return []byte(`{}`) // what was decoded can be encoded
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// value masks what stands under a key.
func (m Mask) value(key string, value any) any {
	switch v := value.(type) {
	case string:
		return m.Text(v)
	case []any:
		for i := range v {
			v[i] = m.value(key, v[i])
		}
	case map[string]any:
		return m.object(key, v)
	}
	return value
}

// object masks an object, which changes.
func (m Mask) object(key string, o map[string]any) map[string]any {
	person := isPerson(key, o)
	own := m.ownWords(person, o)
	for name, value := range o {
		field, about := baseName(name, person)
		text, isText := value.(string)
		switch {
		case m.Name && about && slices.Contains(addressed, field), m.Location && about && slices.Contains(places, field):
			delete(o, name)
		case isText && isAddressField(name):
			if m.Email {
				o[name] = Address(text)
			}
		case m.Name && isText && (about && field == "name" || isNameField(name)):
			o[name] = Name(text)
		case isText:
			o[name] = m.Text(own.replace(text))
		default:
			o[name] = m.value(name, value)
		}
	}
	return o
}

// people are the fields under which the API nests persons.
var people = []string{
	"user", "member", "creator", "author", "owner", "host", "sender", "recipient", "reporter", "inviter", "invited_by", "invitee",
	"person", "profile", "contact", "payer", "buyer", "guest", "moderator", "ambassador", "referrer", "ignored_by", "updated_by", "created_by",
	"users", "members", "creators", "authors", "owners", "hosts", "people", "guests", "attendees", "participants", "mentions",
	"mentioned_users", "followers", "invitees", "contacts", "moderators", "ambassadors",
}

// marks are the fields that only persons have.
var marks = []string{
	"email", "first_name", "last_name", "full_name", "short_bio", "bio", "member_type", "ambassador_level", "referral_count", "last_visited_at",
}

func isPerson(key string, o map[string]any) bool {
	if slices.Contains(people, key) {
		return true
	}
	return slices.ContainsFunc(marks, func(mark string) bool { _, has := o[mark]; return has })
}

// Of a person: places say where somebody lives, and addressed are what may have
// the name in it.
var (
	places = []string{
		"location", "time_zone", "timezone", "city", "country", "country_code", "region", "province", "postal_code", "zip", "zip_code", "address",
		"street", "latitude", "longitude", "lat", "lng", "geo", "coordinates", "hometown",
	}
	addressed = []string{
		"permalink", "avatar", "avatar_url", "url", "web_url", "profile_url", "slug", "image", "image_url", "picture", "photo", "photo_url", "handle", "links", "website",
	}
)

// prefixes begin the fields of a person in an object about something else.
var prefixes = []string{"member_", "user_", "creator_", "author_", "owner_", "host_", "sender_", "recipient_", "reporter_", "inviter_", "invitee_", "payer_", "buyer_", "customer_", "billing_"}

// baseName returns the name of a field without the prefix that makes it one of
// a person, and whether it is one of a person.
func baseName(name string, person bool) (base string, about bool) {
	for _, prefix := range prefixes {
		if rest, found := strings.CutPrefix(name, prefix); found && rest != "id" && rest != "type" {
			return rest, true
		}
	}
	return name, person
}

func isAddressField(name string) bool {
	return name == "email" || strings.HasSuffix(name, "_email") || strings.HasSuffix(name, "email_address") || name == "mail" || name == "e_mail"
}

func isNameField(name string) bool {
	return slices.ContainsFunc([]string{"first_name", "last_name", "middle_name", "full_name", "short_name", "display_name", "nickname", "username", "user_name", "surname", "given_name", "family_name"},
		func(end string) bool { return name == end || strings.HasSuffix(name, "_"+end) })
}
