using System.Text.Json.Serialization;

namespace Serverless.Functions.Plans;

/// <summary>How long a limit counts before it starts anew, by the calendar in UTC, as in 3scale.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitPeriod>))]
internal enum LimitPeriod
{
    [JsonStringEnumMemberName("minute")]
    Minute,

    [JsonStringEnumMemberName("hour")]
    Hour,

    [JsonStringEnumMemberName("day")]
    Day,

    /// <summary>Monday to Sunday.</summary>
    [JsonStringEnumMemberName("week")]
    Week,

    [JsonStringEnumMemberName("month")]
    Month,

    [JsonStringEnumMemberName("year")]
    Year,

    /// <summary>Never starts anew.</summary>
    [JsonStringEnumMemberName("eternity")]
    Eternity,
}

/// <summary>How periods are spelt.</summary>
internal static class LimitPeriods
{
    public static IReadOnlyList<string> Names { get; } =
        [.. Enum.GetNames<LimitPeriod>().Select(name => name.ToLowerInvariant())];

    public static string Name(this LimitPeriod period) => Names[(int)period];

    public static LimitPeriod? Parse(string? name) =>
        Enumerable.Range(0, Names.Count).Where(i => Names[i] == name).Select(i => (LimitPeriod?)i).FirstOrDefault();
}
