package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// questions are the requests of a link to its client that wait for an answer.
// The zero value is ready.
type questions struct {
	mu      sync.Mutex
	last    int64
	waiting map[int64]chan answer
}

// answer is what a client sent back; one of its parts is set.
type answer struct{ result, failure json.RawMessage }

// open returns the id for a new question and where its answer will arrive.
func (q *questions) open() (id int64, answers <-chan answer) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting == nil {
		q.waiting = map[int64]chan answer{}
	}
	q.last++
	arrives := make(chan answer, 1)
	q.waiting[q.last] = arrives
	return q.last, arrives
}

// close forgets a question; an answer that still comes is ignored.
func (q *questions) close(id int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.waiting, id)
}

// answer delivers an answer. One to a question that is not open, or was
// answered before, is ignored.
func (q *questions) answer(id any, result, failure json.RawMessage) {
	number, ok := id.(float64)
	if !ok || number != float64(int64(number)) {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	arrives, open := q.waiting[int64(number)]
	if !open {
		return
	}
	delete(q.waiting, int64(number))
	arrives <- answer{result, failure}
}

// elicitation reads the answer to a question for a person. An error means
// that the client could not ask; nobody decided anything.
func (a answer) elicitation() (*mcp.ElicitationResult, error) {
	if a.failure != nil {
		var failure struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		}
		if json.Unmarshal(a.failure, &failure) != nil {
			return nil, errors.New("the client answered with an error that cannot be read")
		}
		return nil, fmt.Errorf("the client answered with error %d: %q", failure.Code, failure.Message)
	}
	var result mcp.ElicitationResult
	if err := json.Unmarshal(a.result, &result); err != nil {
		return nil, fmt.Errorf("read the client's answer: %w", err)
	}
	return &result, nil
}
