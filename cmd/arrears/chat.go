package main

import "arrears/disputes/chat"

// chats answers the chat systems that tell what is said in them.
func (s *service) chats() (*chat.Receiver, error) {
	keys, err := s.chatKeys()
	if err != nil {
		return nil, err
	}
	return &chat.Receiver{Desk: s.disputes, Books: correspondents{debtors{s.books}}, Keys: keys, Log: s.log.With("room", "chat")}, nil
}

// chatKeys are the keys of the chat systems that may call, by their names.
func (d *desk) chatKeys() (map[string][]byte, error) {
	keys := map[string][]byte{}
	for _, c := range d.cfg.Webhooks.Receive {
		key, err := webhookKey(c.Name, c.SecretFile)
		if err != nil {
			return nil, err
		}
		keys[c.Name] = key
	}
	return keys, nil
}
