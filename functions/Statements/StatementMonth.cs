using System.Globalization;

namespace Serverless.Functions.Statements;

/// <summary>A month of the calendar in UTC.</summary>
/// <param name="First">Its first day.</param>
internal readonly record struct StatementMonth(DateTime First)
{
    /// <summary>The first day after it.</summary>
    public DateTime End => First.AddMonths(1);

    public int Days => (End - First).Days;

    /// <summary>An instant in it.</summary>
    public DateTimeOffset Begin => new(First, TimeSpan.Zero);

    /// <summary>Reads <c>2030-01</c>; null for anything else.</summary>
    public static StatementMonth? Parse(string text) =>
        DateTime.TryParseExact(
            text,
            "yyyy-MM",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var first)
        && first < DateTime.MaxValue.AddMonths(-1)
            ? new(first)
            : null;

    public override string ToString() => First.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
