package tools

import (
	"encoding/json"
	"fmt"
	"html"
	"unicode/utf8"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// This file makes anew what was deleted. The API brings nothing back, so that
// what comes is something new, made by the key's owner; it says so itself, and
// whose it was.

// How much the API's texts may hold, as the arguments that make them say, in
// characters.
const (
	postBody    = 100_000
	pollBody    = 20_000
	commentBody = 20_000
	titleLength = 300
)

// filled returns the values that are not empty: an argument may be left out,
// but not always be empty.
func filled(kept values) values {
	out := values{}
	for name, value := range kept {
		if value != nil && value != "" && value != apiclient.ID(0) {
			out[name] = value
		}
	}
	return out
}

// idIn returns an id that was kept, also one that has been in the journal; 0
// for none.
func idIn(kept any) apiclient.ID {
	switch id := kept.(type) {
	case apiclient.ID:
		return id
	case json.Number:
		parsed, _ := apiclient.ParseID(id.String())
		return parsed
	}
	return 0
}

// textsIn returns texts that were kept, also those that have been in the
// journal.
func textsIn(kept any) (texts []string) {
	switch kept := kept.(type) {
	case []string:
		return kept
	case []any:
		for _, each := range kept {
			if text, ok := each.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// origin says whose text it was and when it was written. A restored text never
// passes for one of the key's owner.
func origin(kept values) string {
	who := "a member who is no longer there"
	if name, _ := kept["author"].(string); name != "" {
		who = line(name)
	}
	if id := idIn(kept["author_id"]); id != 0 {
		who += fmt.Sprintf(" (member %d)", id)
	}
	return fmt.Sprintf("Restored after it was deleted. Written by %s on %v.", who, kept["published"])
}

// withOrigin puts the origin before a text in HTML; "" when that is too long.
func withOrigin(kept values, text string, most int) string {
	whole := "<p><em>" + html.EscapeString(origin(kept)) + "</em></p>" + text
	if utf8.RuneCountInString(whole) > most {
		return ""
	}
	return whole
}

// restoredPost publishes the text of a deleted post again, in its space.
func restoredPost(kept values) *store.Undo {
	text, _ := kept["description"].(string)
	title, _ := kept["title"].(string)
	if title = untrusted.Line(title, titleLength); title == "" {
		title = "Restored post"
	}
	space := idIn(kept["space_id"])
	whole := withOrigin(kept, text, postBody)
	if whole == "" || space == 0 {
		return nil
	}
	return calling(values{"space_id": space, "title": title, "description": whole})
}

// restoredComment writes the text of a deleted comment again, in answer to what
// it answered. The API shows comments as HTML and takes them as plain text.
func restoredComment(kept values) *store.Undo {
	text, _ := kept["text"].(string)
	whole := origin(kept) + "\n\n" + untrusted.HTML(text, commentBody)
	if utf8.RuneCountInString(whole) > commentBody {
		return nil
	}
	return calling(filled(values{"post_id": kept["post_id"], "text": whole, "reply_to_id": idIn(kept["reply_to_id"])}))
}

// restoredPoll asks what a deleted poll asked again.
func restoredPoll(kept values) *store.Undo {
	text, _ := kept["description"].(string)
	choices := textsIn(kept["choices"])
	whole := withOrigin(kept, text, pollBody)
	switch kept["poll_type"] {
	case "multiple_choice", "hot_cold", "percentage":
		if len(choices) == 0 {
			return nil
		}
	case apiclient.PollQuestion:
		choices = nil
	default:
		return nil
	}
	if whole == "" || kept["space_id"] == nil || kept["title"] == "" {
		return nil
	}
	arguments := values{"space_id": kept["space_id"], "title": kept["title"], "poll_type": kept["poll_type"], "description": whole}
	if len(choices) > 0 {
		arguments["choices"] = choices
	}
	return calling(arguments)
}

// restoredCoursework makes a deleted part of a course again: a lesson, or a
// section that was empty. What was below it, and the questions of a quiz, are
// kept by nobody.
func restoredCoursework(space apiclient.ID, kept values) *store.Undo {
	if kept["title"] == "" || fmt.Sprint(kept["parts"]) != "0" || kept["type"] != "lesson" && kept["type"] != "section" {
		return nil
	}
	return calling(filled(values{
		"space_id": space, "type": kept["type"], "title": kept["title"], "description": kept["description"], "parent_id": idIn(kept["parent_id"]),
		"status": "hidden", "completion_criteria": kept["completion_criteria"], "unlocking_criteria": kept["unlocking_criteria"],
	}))
}
