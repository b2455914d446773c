using System.Globalization;
using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>
/// The stretch of time, from <paramref name="Start"/> up to but without <paramref name="End"/>, in which one count is kept.
/// </summary>
/// <param name="Period">Of the limit that counts in it.</param>
/// <param name="Start">In UTC; the year 1 for eternity.</param>
/// <param name="End">When the next window starts; null for eternity.</param>
internal readonly record struct UsageWindow(LimitPeriod Period, DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>The window that an instant falls into. The calendar is UTC's, and weeks start on Monday.</summary>
    public static UsageWindow At(LimitPeriod period, DateTimeOffset instant)
    {
        var now = instant.ToUniversalTime();
        var day = new DateTimeOffset(now.Date, TimeSpan.Zero);
        switch (period)
        {
            case LimitPeriod.Minute:
                var minute = day.AddHours(now.Hour).AddMinutes(now.Minute);
                return new(period, minute, minute.AddMinutes(1));
            case LimitPeriod.Hour:
                var hour = day.AddHours(now.Hour);
                return new(period, hour, hour.AddHours(1));
            case LimitPeriod.Day:
                return new(period, day, day.AddDays(1));
            case LimitPeriod.Week:
                var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
                return new(period, monday, monday.AddDays(7));
            case LimitPeriod.Month:
                var month = day.AddDays(1 - day.Day);
                return new(period, month, month.AddMonths(1));
            case LimitPeriod.Year:
                var year = day.AddDays(1 - day.DayOfYear);
                return new(period, year, year.AddYears(1));
            case LimitPeriod.Eternity:
                return new(period, DateTimeOffset.MinValue, null);
            default:
                throw new ArgumentOutOfRangeException(nameof(period), period, "No such period.");
        }
    }

    /// <summary>Name of the window, the same for everyone who counts in it; sorts by time within a period.</summary>
    public string Key => End is null
        ? Period.Name()
        : $"{Period.Name()}|{Start.UtcDateTime.ToString("yyyyMMdd'T'HHmm", CultureInfo.InvariantCulture)}";
}
