package larktest

import "fmt"

// Values are what a person enters into a form: a text or the value of an option by the name of its field, or a []string
// for a field that takes several.
type Values map[string]any

// Form is a form in a card.
type Form struct {
	on   Message
	name string
}

// Form is the form with a name. Whether it is there is looked at when somebody submits it.
func (m Message) Form(name string) Form { return Form{m, name} }

// Draw draws the message that the form is in.
func (f Form) Draw() string { return f.on.Draw() }

// Submits fills in a form and clicks on its submit button, and says how the app answered. A dialog that asks first is
// confirmed. The test fails when Lark itself would not let the form through: a field that must be filled in is empty, a
// text is too long, an option does not exist.
func (p *Person) Submits(form Form, values Values) Answer {
	p.s.t.Helper()
	return p.Sends(form, values).Answer()
}

// Sends does what Submits does, and does not wait for the answer.
func (p *Person) Sends(form Form, values Values) *Delivery {
	s, m := p.s, form.on.m
	s.t.Helper()
	s.mu.Lock()
	elements, wrong := s.body(m)
	var e, button object
	entered := object{}
	if wrong == "" {
		e = formOf(elements, form.name)
		if e == nil {
			wrong = "there is no form " + form.name
		} else {
			button, wrong = s.fillIn(e["elements"], values, entered)
		}
	}
	if left := len(values) - count(entered, values); wrong == "" && left > 0 {
		wrong = fmt.Sprintf("there are not all the fields of %v", values)
	}
	if wrong != "" {
		s.mu.Unlock()
		s.t.Fatalf("%s cannot submit: %s\n%s", p.name, wrong, form.Draw())
	}
	action := told(button)
	action["form_value"] = entered
	confirm := button["confirm"]
	if confirm == nil {
		confirm = e["confirm"]
	}
	return s.triggers(p, m, confirm, action)
}

// count is how many of the values are among those entered.
func count(entered object, values Values) int {
	n := 0
	for name := range values {
		if _, ok := entered[name]; ok {
			n++
		}
	}
	return n
}

func formOf(elements any, name string) object {
	for _, e := range objects(elements) {
		if e["tag"] == "form" && e["name"] == name {
			return e
		}
	}
	return nil
}
