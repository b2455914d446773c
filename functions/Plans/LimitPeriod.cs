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
