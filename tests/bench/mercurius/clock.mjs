// The moment of one request, with the days that the law derives from it.
const here = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' })

function yearsBefore (today, years) {
  const day = `${today.slice(0, 4) - years}${today.slice(4)}`
  return day.endsWith('02-29') ? day.replace('02-29', '02-28') : day
}

export function clock () {
  const now = new Date()
  const today = here.format(now)
  return { now, today, adults: yearsBefore(today, 18), deaths: yearsBefore(today, 1) }
}
