using Serverless.Functions.Http;

namespace Serverless.Functions.Plans;

/// <summary>Amounts of money: a number with up to four decimals, stored as whole ten-thousandths so that no sum ever drifts.</summary>
internal static class Money
{
    private const int Unit = 10_000;
    private const decimal Most = 1_000_000_000m;

    /// <summary>An amount may be left out; it is never negative.</summary>
    public static void CheckMoney(this Errors errors, string at, decimal? amount, decimal atMost = Most)
    {
        if (amount < 0 || amount > atMost)
        {
            errors.Add(at, "out_of_range", $"It needs to be 0 or more, and {atMost} at most.");
        }
        else if (amount is { } given && Round(given) != given)
        {
            errors.Add(at, "too_precise", "It may have four decimals.");
        }
    }

    public static long ToUnits(decimal amount) => (long)(amount * Unit);

    public static decimal FromUnits(long units) => (decimal)units / Unit;

    /// <summary>To four decimals; half a unit goes up, as people reckon.</summary>
    public static decimal Round(decimal amount) =>
        // Divided by a one of many decimals, which takes away the zeros at the end: 1.00 is written as 1.
        Math.Round(amount, 4, MidpointRounding.AwayFromZero) / 1.0000000000000000000000000000m;
}
