/**
 * The words of which a cause may consist: what adapters, tools and the way say in their reasons, and what others may
 * say. A word that is not here drops out of a cause, so names and whatever a target wrote do: add no names. Needed is
 * only what tells two reasons apart.
 */
export const words: ReadonlySet<string> = new Set(
  `
  ab abbruch aber abgebrochen abgelaufen abgelegt abgelehnt abgerufen abgeschlossen abgewiesen ablage ablegen abruf
  absender absenders abweichend abzurufen achtung adapter adaptern adapters adressat adressaten adresse adressen
  änderung akte aktenzeichen aktiv alle allein allem als alter am an anderem anderen anderes anfrage angabe angaben
  angeboten angegeben angegebene angegebenen angekommen angelegt angenommen anhänge anhang anlage anlagen anmeldung
  annehmen annimmt anschrift anträge anträgen antrag antrages antrags antragsart antragsteller antwort antworten
  antwortet art asynchron auch auf aufbaut aufgegeben aufgetreten aufruf aufrufe aus ausgeführt ausgewiesen auskunft
  außen außer außerhalb aussteller ausweis ausweist automatisch bankverbindung beantwortet bearbeitet bearbeitung
  beendet beginn beginnen behörde behörden behördlichen bei beigefügt beispiel bekannt bekannte bekommen
  benachrichtigung benannt benötigt benutzer benutzername berechtigt berechtigung bereich bereit bereits bescheid
  bescheide bescheids beschreibung bestätigt bestätigung bestätigungen bestand bestanden bestehend besteht betrag
  betreibt betrieb bevor bezahlt bietet bindestriche bis bitte bittet bleiben brach brauchen braucht buchstaben client
  code codeliste container csv da dafür damit danach darauf darf das dass datei dateien daten datenbank datenordner
  datum dauer dauerhaft davon davor dazu definiert definition dem den denen der derzeit des die dienst dienste
  diensten dienstes diese dieselbe dieselben diesem diesen dieser dieses dms dokument dokumente dokuments doppelt
  doppelte dort dorthin durch eigenen ein eine einem einen einer eines einfache einfachen eingabe eingaben eingang
  eingangs eingegangen einmal eintrag einwilligung elektronisch element empfänger empfängers ende endet endeten
  enthält enthalten entschieden entschlüsseln entspricht entsteht er erbt erforderlich erforderliche erforderlichen
  erfüllen erfüllt ergeben ergebnis ergibt erhalten erlaubt erneut erreichbar erreichen erreicht ersetzt erst erste
  erwartet erweiterung erzeugt es etwas existiert externe externer fachverfahren fachverfahrens fahrzeug falsch
  falschen familienname fehlen fehlende fehlender fehler fehlerhaft fehlerhafte fehlerhaften fehlern fehlt feld felder
  feldern feldes felds feste festgelegt findet firma form format formats formulars frage freigegeben fremde frist für
  geändert geantwortet gebäude gebiet gebraucht gebucht gebühr gebühren gebührenbescheid geburtsdatum geburtsort
  gefragt gefunden gegen geheime geheimnis geheimnisse gehen gehören gehört geht gelöscht gemacht gemeinde gemeinden
  genannt genau geprüft gerade gericht gesagt gescheitert geschickt geschwiegen gesendet gesetzt gespeichert gesperrt
  gesperrte gestellt gestört gewählte gewartet gewerbe gibt gilt grenze grenzen größe größer größeren groß gründe
  gründen grund grundstück gruppe gruppen gültig gültige gültigen gültiger gültiges gültigkeit guten haben hält halbe
  halter handelsregister hat hausnummer heißt heute hier hinaus höchstens http hund hunde ihn ihnen ihr ihrem im in
  inhalt inhalte inline innerhalb interne internen interner inzwischen ist jahre jede jedes jemand jetzt kam kann kein
  keine keinen keiner kennt kennung kennwort kennzeichen kernel klammern kleine kodiert könnten kommt konnte konto
  kontos kreis kurz lässt land lang lange lassen laufen leer lehnt leistung leitung lesbar lesen lief liefern liegen
  liegt ließ liste macht mailserver mailservers mal mehr mehrere mehreren melderegister meldet meldung meldungen
  menschen merkmal mindestens minute minuten mit mitgliedschaft mitsenden möglich momentan monate müssen muss nach
  nachfrage nachfragen nachricht nachrichten nachrichtentyp nachsehen nachweis nachweisdienst nachweise nachweises
  nähere name namen namens nennen nennt netz netzwerk netzwerks neu neues neueste nicht nichts niemand nimmt nirgends
  noch node nummer nummern nur nutzen nutzer ob oberhalb obwohl oder ohne ordner ordners ort parameter parametern
  parameters passen passend passt passwort passworts pem person personen pfad pflichtangabe pflichtangaben pflichtfeld
  platz plausibel portal portals postfach postfaches postfachs postleitzahl private prozess prozessen prozesses prüfen
  prüfung rechner rechnernamen rechnung rechtzeitig regel regeln region register registers reichen rückfrage sagt satz
  schadcode scheitert schema schemas schlüssel schlüssels schnittstelle schnittstellen schon schreiben schreibt
  schrift schritt sehr sein seine seit seite sekunden senden sendung server servers serviceprofil setzt sftp sich sie
  signatur sind so solchen soll sondern späteren spalte spalten speicher speichern speicherplatz sperre spezifikation
  spricht ssh staatsangehörigkeit stammt stand standard standards startet starttls stattgegeben status stehen steht
  stelle stellungnahme stellwerk steuernummer stichtag stimmt storniert straße stunden suche synchron system tag tage
  tagen teilt text tls token treffer trotz typ über überein überlastet übernommen überschreibt überschritten
  übertragung übungsverfahren um umgebung umschlag unbekannt unbekannter und unerwartet ungeprüft ungültig ungültige
  ungültiger universalprozess unklar unlesbar unplausibel unter unterbrechung unterbrochen unterhalb unterlage
  unterlagen unterschrift unterschritten unverändert unverschlüsselter unverständlich unvollständig unvollständige
  unzulässig verarbeiten verarbeitet verarbeitung verband verbindung verbindungen verbunden verfügbar vergleichen
  verglichen verlangt verlangte verlangten verlangtes verletzt verloren verschiedene verschlüsselt verschlüsselte
  version versionen versteht versuch versuche vertrag vertrauensniveau vertraut verwaltung verweigert verworfen
  verzeichnis viel viele vielen vielleicht vollständig vom von vor vorbereiten vorgabe vorgänge vorgang vorgangs
  vorgeschriebene vorgesehen vorhaben vorhanden vorlage vorlagen vorliegt vorname vorübergehend vorzeigt während war
  wartung wartungsarbeiten warum was webdav weder weg wegen weicht weil weist weitere weiteren welche welcher wen
  wenig wenn werden wert werte widerspricht widersprüchlich wie wiederholen wiederholt wird wo wochen woher
  wohlgeformtes womit würde wurde wurden xdomea xml xöv xta zahlen zahlung zeichen zeichensatz zeigt zeile zeilen zeit
  zeitraum zeitüberschreitung zertifikat zertifikate zertifikats zertifizierungsstelle ziel ziels zielsystem
  zielsystems ziffer ziffern zu zuerst zugang zugangsdaten zugeordnet zugestellt zugleich zugriff zugriffsprotokoll
  zulässig zum zuordnen zuordnung zur zurück zurückgewiesen zurzeit zusammen zuständig zuständigkeit zustande
  zustellen zustellt zustellung zwei zweimal zwischen
  `
    .trim()
    .split(/\s+/),
);

/** Words that join the parts of a name. */
export const joints: ReadonlySet<string> = new Set(
  'von vom zu zum zur der den dem an am im in bei ob unter'.split(' '),
);
