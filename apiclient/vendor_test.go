package apiclient

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// vendorDocument is the vendor's OpenAPI description, if this machine has it.
func vendorDocument(t *testing.T) map[string]any {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "upstream", "admin-api.openapi.json")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("the vendor's document is not on this machine (looked for %s from the repository's root)", "../shared/upstream/admin-api.openapi.json")
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// follow resolves a reference within the document.
func follow(doc map[string]any, node any) map[string]any {
	m, _ := node.(map[string]any)
	ref, isRef := m["$ref"].(string)
	if !isRef {
		return m
	}
	at := any(doc)
	for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[part]
	}
	return follow(doc, at)
}

func TestTableAgreesWithTheVendor(t *testing.T) {
	doc := vendorDocument(t)
	paths := doc["paths"].(map[string]any)
	for _, row := range Operations() {
		t.Run(row.Name, func(t *testing.T) {
			item := follow(doc, paths[pathPrefix+row.Path])
			op, documented := item[strings.ToLower(row.Method)].(map[string]any)
			if documented == row.Undocumented {
				t.Fatalf("%s: in the vendor's document: %v, in the table: %v", row, documented, !row.Undocumented)
			}
			if !documented {
				return
			}

			var query []string
			listed, _ := op["parameters"].([]any)
			shared, _ := item["parameters"].([]any)
			for _, p := range append(listed, shared...) {
				if p := follow(doc, p); p["in"] == "query" {
					query = append(query, p["name"].(string))
				}
			}
			if got, want := sorted(row.Query), sorted(query); !slices.Equal(got, want) {
				t.Errorf("query %v, the vendor has %v", got, want)
			}

			content, _ := follow(doc, op["requestBody"])["content"].(map[string]any)
			kind, sent := "application/json", row.Body
			if len(row.Form) > 0 {
				kind, sent = "multipart/form-data", row.Form
			}
			if _, has := content[kind]; has != (len(sent) > 0) {
				t.Errorf("%s: the vendor takes %v, the table has %v", kind, slices.Sorted(maps.Keys(content)), sent)
			}
			body := follow(doc, follow(doc, content[kind])["schema"])
			fields, _ := body["properties"].(map[string]any)
			for _, field := range sent {
				if _, has := fields[field]; !has {
					t.Errorf("body field %s is unknown to the vendor, who has %v", field, slices.Sorted(maps.Keys(fields)))
				}
			}
			required, _ := body["required"].([]any)
			for _, field := range required {
				if !slices.Contains(sent, field.(string)) {
					t.Errorf("body field %s is required by the vendor and missing", field)
				}
			}

			var success []int
			for code := range op["responses"].(map[string]any) {
				if status, _ := strconv.Atoi(code); status >= 200 && status < 300 {
					success = append(success, status)
				}
			}
			slices.Sort(success)
			if !slices.Equal(row.Success, success) {
				t.Errorf("success %v, the vendor has %v", row.Success, success)
			}
		})
	}
}

// Nothing of the vendor's document is forgotten, and what is left out is a PUT
// that repeats a PATCH of the table.
func TestTheVendorsOperationsAreCovered(t *testing.T) {
	covered := map[string]bool{}
	for _, row := range Operations() {
		covered[row.String()] = true
	}
	for _, twin := range PUTTwins() {
		if path, isPut := strings.CutPrefix(twin, "PUT "); !isPut || !covered["PATCH "+path] || covered[twin] {
			t.Errorf("%s is left out, but is not the twin of a PATCH in the table", twin)
		}
		covered[twin] = true
	}
	doc := vendorDocument(t)
	for path, item := range doc["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			op := strings.ToUpper(method) + " " + strings.TrimPrefix(path, pathPrefix)
			if slices.Contains([]string{"get", "post", "put", "patch", "delete"}, method) && !covered[op] {
				t.Errorf("%s is neither in the table nor left out on purpose", op)
			}
			delete(covered, op)
		}
	}
	for _, twin := range PUTTwins() {
		if covered[twin] {
			t.Errorf("%s is left out, but the vendor has no such operation", twin)
		}
	}
}

// Every field that the vendor describes must have a place in our types, since
// tools read the typed field and not Raw.
func TestTypesHoldTheVendorsFields(t *testing.T) {
	doc := vendorDocument(t)
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for schema, typed := range map[string]any{
		"NetworkResponse": Network{}, "MemberResponse": Member{}, "SpaceResponse": Space{}, "PostResponse": Post{},
		"CommentResponse": Comment{}, "EventResponse": Event{}, "AssetResponse": Asset{}, "EmbeddedLinkResponse": EmbeddedLink{},
		"MeResponse": Me{},

		"CollectionResponse": Collection{}, "CollectionOrderItemResponse": PlacedSpace{}, "PollResponse": Poll{}, "PollChoiceResponse": PollChoice{},
		"CourseworkResponse": Coursework{}, "ReactionResponse": Reaction{}, "RsvpResponse": RSVP{}, "EventInstanceResponse": EventInstance{},
		"AbuseReportResponse": AbuseReport{},

		"PlanResponse": Plan{}, "InviteResponse": Invite{}, "TagResponse": Tag{}, "BadgeResponse": Badge{},
		"CustomFieldResponse": CustomField{}, "CustomFieldOptionResponse": CustomFieldOption{},
		"CustomFieldAnswerResponse": Answer{}, "SegmentResponse": Segment{},
	} {
		fields, _ := follow(doc, schemas[schema])["properties"].(map[string]any)
		have := jsonFields(typed)
		for field := range fields {
			if follow(doc, fields[field])["deprecated"] == true {
				continue
			}
			if !slices.Contains(have, field) {
				t.Errorf("%T has no field for %s.%s", typed, schema, field)
			}
		}
	}
}
