package tools

import (
	"encoding/json"
	"fmt"
)

// DefaultAnswerTokens is how long an answer may be, in tokens.
const DefaultAnswerTokens = 20_000

// bytesPerToken is how tokens are counted: cheaply, and rather too many. Most
// vocabularies need about one for four bytes of English JSON.
const bytesPerToken = 3

// envelopeBytes is kept free beside the items of a list for what stands around
// them.
const envelopeBytes = 1_500

// itemBytes bounds the items of a list.
func (c *Call) itemBytes() int { return c.answerBytes - envelopeBytes }

func answerBytes(tokens int) int {
	if tokens == 0 {
		tokens = DefaultAnswerTokens
	}
	return tokens * bytesPerToken
}

// fit holds an answer to its budget. Lists have cut themselves before and lead
// on to their next page. Whatever else is too long has its longest texts cut,
// and says so in each; where that does not help, an acting tool's answer leaves
// out what can be read again, and a read asks for a narrower question.
func (c *Catalogue) fit(tool Tool, result any, encoded json.RawMessage) (json.RawMessage, *Answer, error) {
	budget := answerBytes(c.o.AnswerTokens)
	if len(encoded) <= budget {
		return encoded, nil, nil
	}
	if cut, err := cutTexts(encoded, budget); err != nil || len(cut) <= budget {
		return cut, nil, err
	}
	if long, ok := result.(shortened); ok {
		for _, most := range []int{50, 25, 10} {
			short, err := encode(long.shorter(most))
			if err == nil {
				short, err = cutTexts(short, budget)
			}
			if err != nil || len(short) <= budget {
				return short, nil, err
			}
		}
	}
	acted, acts := result.(actedResult)
	if !acts {
		return nil, &Answer{Code: "too_long", Problem: fmt.Sprintf(
			"%s: the answer is longer than the %d tokens that an answer may have. Nothing was changed. Ask for less: a smaller per_page, fewer fields, detail concise, or one thing at a time.",
			tool.Name, budget/bytesPerToken)}, nil
	}
	if acted.Preview != nil {
		acted.Preview = nil
		acted.Message += " What it would do in detail is too long to show: preview fewer items at a time."
	}
	if acted.Result != nil {
		acted.Result = nil
		acted.Message += " The rest of the answer is too long to show: read the targets to see it. Do not repeat the call."
	}
	short, err := encode(acted)
	return short, nil, err
}

// shortened is a result of several lists that can do with less of each, and
// then says so.
type shortened interface{ shorter(most int) any }

// The lengths to which texts are cut, one after the other, in characters.
func textLengths() []int { return []int{8_000, 4_000, 2_000, 1_000, 500, 250} }

// cutTexts shortens the longest texts of an answer until it fits, or until
// that does not help any more.
func cutTexts(encoded json.RawMessage, budget int) (json.RawMessage, error) {
	for _, most := range textLengths() {
		var whole any
		if err := decode(encoded, &whole); err != nil {
			return nil, err
		}
		var err error
		if encoded, err = encode(cutLonger(whole, most)); err != nil || len(encoded) <= budget {
			return encoded, err
		}
	}
	return encoded, nil
}

func cutLonger(value any, most int) any {
	switch v := value.(type) {
	case string:
		if characters := []rune(v); len(characters) > most {
			return string(characters[:most]) + fmt.Sprintf(" … [cut after %d characters]", most)
		}
	case []any:
		for i := range v {
			v[i] = cutLonger(v[i], most)
		}
	case map[string]any:
		for name := range v {
			v[name] = cutLonger(v[name], most)
		}
	}
	return value
}
