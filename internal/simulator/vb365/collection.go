// SPDX-License-Identifier: MPL-2.0

package vb365

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// collection is a kind of object that is listed, read, created, changed and deleted by its ID. What is special to a kind is
// in the functions, which may be nil.
type collection struct {
	path, noun  string // "ProxyPools", "Proxy pool"
	first, last int    // API versions that have it
	fields      []field
	unique      []string // fields that no two objects may have in common, case-insensitive
	links       []string // paths below that of an object
	sparse      sparsity

	// apply does what a creation or change means for other objects, or says why it is refused.
	apply func(s *Simulator, id string, body map[string]any) (failure, string)
	// users names what uses an object, which then cannot be deleted. References from other collections need no such function.
	users func(s *Simulator, id string) string
	// release does what a deletion means for other objects.
	release func(s *Simulator, id string)
	sublist *sublist // nil: none
}

// sublist is a list that belongs to each object of a collection: GET returns it, POST adds elements, and DELETE with a body removes
// some.
type sublist struct {
	path   string  // "proxies"
	fields []field // of an element in requests
	list   func(s *Simulator, call *call, id string) answer
	// add and remove also say why they refuse elements.
	add, remove func(s *Simulator, id string, elements []any) (failure, string)
}

// record is an object of a collection.
type record struct {
	id     string
	values map[string]any // by field; of a secret its hash
}

func (c *collection) routes() []route {
	all := []route{
		{c.path, c.first, c.last, map[string]handler{"GET": c.list, "POST": c.create}, false, nil},
		{c.path + "/{id}", c.first, c.last, map[string]handler{"GET": c.get, "PUT": c.update, "DELETE": c.remove}, false, nil},
	}
	if c.sublist != nil {
		verbs := map[string]handler{"GET": c.listSublist, "POST": c.changeSublist, "DELETE": c.changeSublist}
		all = append(all, route{c.path + "/{id}/" + c.sublist.path, c.first, c.last, verbs, false, nil})
	}
	return all
}

func (c *collection) listSublist(s *Simulator, call *call) answer {
	return c.with(s, call, func(o *record) answer { return c.sublist.list(s, call, o.id) })
}

func (c *collection) changeSublist(s *Simulator, call *call) answer {
	return c.with(s, call, func(o *record) answer {
		elements, reply, ok := s.decodeList(call, c.sublist.fields)
		if !ok {
			return reply
		}
		change := c.sublist.add
		if call.Method == http.MethodDelete {
			change = c.sublist.remove
		}
		if f, refusal := change(s, o.id, elements); refusal != "" {
			return s.fail(call, f, refusal)
		}
		return answer{status: call.dialect.act}
	})
}

func (c *collection) list(s *Simulator, call *call) answer {
	if reply, ok := s.noBody(call); !ok {
		return reply
	}
	return answerList(s, call, s.objects[c.path], func(o *record) any { return c.render(s, call, o) })
}

func (c *collection) get(s *Simulator, call *call) answer {
	if reply, ok := s.noBody(call); !ok {
		return reply
	}
	return c.with(s, call, func(o *record) answer { return answer{status: http.StatusOK, body: c.render(s, call, o)} })
}

func (c *collection) create(s *Simulator, call *call) answer {
	body, reply, ok := c.decode(s, call, "")
	if !ok {
		return reply
	}
	o := &record{id: newUUID(), values: map[string]any{}}
	if reply, ok := c.store(s, call, o, body); !ok {
		return reply
	}
	s.objects[c.path] = append(s.objects[c.path], o)
	return answer{status: call.dialect.add.status, body: c.render(s, call, o)}
}

func (c *collection) update(s *Simulator, call *call) answer {
	return c.with(s, call, func(o *record) answer {
		body, reply, ok := c.decode(s, call, o.id)
		if !ok {
			return reply
		}
		if reply, ok := c.store(s, call, o, body); !ok {
			return reply
		}
		return answer{status: call.dialect.edit.status}
	})
}

func (c *collection) remove(s *Simulator, call *call) answer {
	if reply, ok := s.noBody(call); !ok {
		return reply
	}
	return c.with(s, call, func(o *record) answer {
		if user := c.user(s, o.id); user != "" {
			return s.fail(call, refused, fmt.Sprintf("%s is in use by %s.", c.noun, user))
		}
		c.drop(s, o)
		return answer{status: http.StatusNoContent}
	})
}

// with finds the object of a request.
func (c *collection) with(s *Simulator, call *call, work func(*record) answer) answer {
	if o := s.object(c.path, call.id); o != nil {
		return work(o)
	}
	return s.failUnknown(call, c.noun, call.id)
}

// decode checks a body: its properties, references to other objects, and unique fields.
func (c *collection) decode(s *Simulator, call *call, id string) (body map[string]any, reply answer, ok bool) {
	if reply, ok := s.decode(call, slices.DeleteFunc(slices.Clone(c.fields), func(f field) bool { return f.readOnly }), &body); !ok {
		return nil, reply, false
	}
	for _, f := range c.fields {
		if target, _ := body[f.name].(string); f.refers != "" && target != "" && s.object(f.refers, target) == nil {
			return nil, s.fail(call, invalidBody, fmt.Sprintf("The object %s of %s is not found.", target, f.name)), false
		}
	}
	for _, o := range s.objects[c.path] {
		for _, name := range c.unique {
			if o.id != id && strings.EqualFold(fmt.Sprint(o.values[name]), fmt.Sprint(body[name])) {
				return nil, s.fail(call, duplicateHost, fmt.Sprintf("%s with this %s already exists.", c.noun, name)), false
			}
		}
	}
	return body, answer{}, true
}

// store takes over the properties of a body; those that it lacks stay (H30:put_proxies_id).
func (c *collection) store(s *Simulator, call *call, o *record, body map[string]any) (answer, bool) {
	if c.apply != nil {
		if f, refusal := c.apply(s, o.id, body); refusal != "" {
			return s.fail(call, f, refusal), false
		}
	}
	for _, f := range c.fields {
		value, sent := body[f.name]
		switch text, _ := value.(string); {
		case !sent || f.requestOnly:
		case f.secret:
			hash := sha256.Sum256([]byte(text))
			o.values[f.name] = hex.EncodeToString(hash[:])
		default:
			o.values[f.name] = value
		}
	}
	return answer{}, true
}

func (c *collection) render(s *Simulator, call *call, o *record) any {
	path := "/" + c.path + "/" + o.id
	links := map[string]any{"self": call.link(path)}
	for _, name := range c.links {
		links[name] = call.link(path + "/" + name)
	}
	body := map[string]any{"id": o.id, "_links": links}
	for _, f := range c.fields {
		if !f.secret && !f.requestOnly && f.first <= call.dialect.number && call.dialect.number <= f.last {
			body[f.name] = o.values[f.name]
		}
	}
	return s.shape(body, c.sparse)
}

// user names an object that refers to this one, or what else uses it.
func (c *collection) user(s *Simulator, id string) string {
	for _, other := range s.collections {
		for _, f := range other.fields {
			for _, o := range s.objects[other.path] {
				if f.refers == c.path && strings.EqualFold(fmt.Sprint(o.values[f.name]), id) {
					return other.noun + " " + o.id
				}
			}
		}
	}
	if c.users == nil {
		return ""
	}
	return c.users(s, id)
}

func (c *collection) drop(s *Simulator, gone *record) {
	s.objects[c.path] = slices.DeleteFunc(s.objects[c.path], func(o *record) bool { return o == gone })
	if c.release != nil {
		c.release(s, gone.id)
	}
}

// object finds an object of the collection with that path.
func (s *Simulator) object(path, id string) *record {
	for _, o := range s.objects[path] {
		if strings.EqualFold(o.id, id) {
			return o
		}
	}
	return nil
}

// Objects returns the objects of a collection, for example "ProxyPools", in the order of their creation: their properties,
// of secrets the SHA-256, and "id".
func (s *Simulator) Objects(path string) (all []map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.objects[path] {
		values := maps.Clone(o.values)
		values["id"] = o.id
		all = append(all, values)
	}
	return all
}

// AddObject seeds an object of a collection and returns its ID, a new one if the properties have no "id".
func (s *Simulator) AddObject(path string, values map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	values = maps.Clone(values)
	id, _ := values["id"].(string)
	if delete(values, "id"); id == "" {
		id = newUUID()
	}
	s.objects[path] = append(s.objects[path], &record{strings.ToLower(id), values})
	return strings.ToLower(id)
}

// SetObject changes properties of an object behind the back of the API's users; an unknown ID changes nothing.
func (s *Simulator) SetObject(path, id string, values map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.object(path, id); o != nil {
		maps.Copy(o.values, values)
	}
}

// DeleteObject removes an object behind the back of the API's users.
func (s *Simulator) DeleteObject(path, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.collections {
		if o := s.object(path, id); c.path == path && o != nil {
			c.drop(s, o)
		}
	}
}
