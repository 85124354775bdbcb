/** As in "Austin, TX" and "Toronto, ON". */
export const states =
  "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC";
export const provinces = "ON|QC|BC|AB|MB|SK|NS|NB|NL|PE";

/** Countries, nations and states as they stand behind the name of a city: "Paris, France", "Austin, Texas". */
const names = `
  UK|U.K.|US|U.S.|USA|U.S.A.|UAE|EU|United Kingdom|United States|United States of America|United Arab Emirates
  |England|Scotland|Wales|Northern Ireland|Ireland|Republic of Ireland|Jersey|Guernsey|Isle of Man
  |Germany|Deutschland|Austria|Switzerland|Liechtenstein|France|Spain|Portugal|Italy|Malta|Greece|Cyprus
  |Netherlands|The Netherlands|Belgium|Luxembourg|Denmark|Sweden|Norway|Finland|Iceland|Estonia|Latvia|Lithuania
  |Poland|Czechia|Czech Republic|Slovakia|Hungary|Romania|Bulgaria|Slovenia|Croatia|Serbia|Bosnia and Herzegovina
  |Montenegro|North Macedonia|Albania|Moldova|Ukraine|Georgia|Armenia|Turkey|Türkiye|Israel|Europe
  |Canada|Mexico|Costa Rica|Panama|Colombia|Peru|Ecuador|Chile|Argentina|Uruguay|Paraguay|Bolivia|Brazil
  |India|Pakistan|Bangladesh|Sri Lanka|Nepal|China|Hong Kong|Taiwan|Japan|South Korea|Korea|Singapore|Malaysia
  |Indonesia|Thailand|Vietnam|Philippines|Australia|New Zealand|Saudi Arabia|Qatar|Bahrain|Kuwait|Oman|Jordan
  |Lebanon|Egypt|Morocco|Tunisia|Nigeria|Ghana|Kenya|Uganda|Tanzania|Rwanda|Ethiopia|South Africa
  |Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Hawaii|Idaho|Illinois|Indiana
  |Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana
  |Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|North Carolina|North Dakota|Ohio|Oklahoma|Oregon
  |Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|West Virginia
  |Wisconsin|Wyoming|Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia
  |New South Wales|Victoria|Queensland|Western Australia|South Australia|Tasmania
  |Bavaria|Catalonia|Karnataka|Maharashtra|Telangana|Tamil Nadu`;

const regions = new Set(`${names}|${states}|${provinces}`.split("|").map((name) => name.trim()));

/** Whether a name behind a comma says where the city before it lies: a country, a state or its abbreviation. */
export function isRegion(name: string): boolean {
  return regions.has(name);
}
