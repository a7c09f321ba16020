window.YTD.tweets.part0 = [
 {
  "tweet": {
   "edit_info": {
    "initial": {
     "editTweetIds": [
      "1226000000000000001"
     ]
    }
   },
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X</a>",
   "entities": {
    "user_mentions": []
   },
   "favorite_count": "12",
   "id_str": "1226000000000000001",
   "id": "1226000000000000001",
   "retweet_count": "3",
   "created_at": "Mon Feb 10 18:00:00 +0000 2020",
   "full_text": "Pane &amp; olio",
   "lang": "it"
  }
 },
 {
  "tweet": {
   "edit_info": {
    "initial": {
     "editTweetIds": [
      "1226000000000000002"
     ]
    }
   },
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X</a>",
   "entities": {
    "user_mentions": []
   },
   "favorite_count": "0",
   "id_str": "1226000000000000002",
   "id": "1226000000000000002",
   "retweet_count": "0",
   "created_at": "Tue Feb 11 08:01:02 +0000 2020",
   "full_text": "@ospite_7 grazie",
   "lang": "it",
   "in_reply_to_status_id_str": "1225999999999999999",
   "in_reply_to_screen_name": "ospite_7"
  }
 },
 {
  "tweet": {
   "edit_info": {
    "initial": {
     "editTweetIds": [
      "1226000000000000003"
     ]
    }
   },
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X</a>",
   "entities": {
    "user_mentions": []
   },
   "favorite_count": "0",
   "id_str": "1226000000000000003",
   "id": "1226000000000000003",
   "retweet_count": "950",
   "created_at": "Wed Feb 12 08:01:02 +0000 2020",
   "full_text": "RT @ospite_7: un testo di altri",
   "lang": "it"
  }
 },
 {
  "tweet": {
   "edit_info": {
    "initial": {
     "editTweetIds": [
      "1226000000000000004"
     ]
    }
   },
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X</a>",
   "entities": {
    "user_mentions": []
   },
   "favorite_count": "12",
   "id_str": "1226000000000000004",
   "id": "1226000000000000004",
   "retweet_count": "3",
   "created_at": "sempre",
   "full_text": "ieri",
   "lang": "it"
  }
 },
 {
  "tweet": {
   "edit_info": {
    "initial": {
     "editTweetIds": [
      "1226000000000000005"
     ]
    }
   },
   "retweeted": false,
   "source": "<a href=\"https://x.example\">X</a>",
   "entities": {
    "user_mentions": []
   },
   "favorite_count": "molti",
   "id_str": "1226000000000000005",
   "id": "1226000000000000005",
   "retweet_count": "1",
   "created_at": "Thu Feb 13 08:01:02 +0000 2020",
   "full_text": "conta male",
   "lang": "it"
  }
 },
 {
  "tweet": {
   "full_text": "senza id",
   "created_at": "Thu Feb 13 08:01:02 +0000 2020"
  }
 }
]