window.YTD.tweet.part0 = [
 {
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
];
