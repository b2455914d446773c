using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Contracts;

/// <summary>
/// Adds <see cref="Delta"/> to a metric for every message of a tunnel that matches. Every rule that matches counts, each
/// message once however many frames it has.
/// </summary>
public sealed record MessageRule
{
    /// <summary>Which way the message goes.</summary>
    public required MessageDirection Direction { get; init; }

    /// <summary>What kind of message it is. Defaults to any.</summary>
    public MessageOpcode Opcode { get; set; } = MessageOpcode.Any;

    /// <summary>
    /// JSON pointer (RFC 6901) to a value of the message, which then needs to be JSON; null when any message of the kind
    /// matches. The empty string is the whole message.
    /// </summary>
    [JsonPropertyName("pointer")]
    public string? JsonPointer { get; init; }

    /// <summary>
    /// What the value at the pointer needs to be: a string, number (compared by its value), boolean, or with null JSON's null.
    /// Nothing without a pointer.
    /// </summary>
    [JsonPropertyName("equals")]
    public JsonElement? EqualTo { get; init; }

    /// <summary>System name of the metric, one of the product's own.</summary>
    public required string Metric { get; init; }

    /// <summary>What a match adds, 1 and up.</summary>
    public int Delta { get; set; } = 1;
}

/// <summary>Which way messages go.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageDirection>))]
public enum MessageDirection
{
    /// <summary>From client to backend.</summary>
    [JsonStringEnumMemberName("in")]
    In,

    /// <summary>From backend to client.</summary>
    [JsonStringEnumMemberName("out")]
    Out,

    /// <summary>Either.</summary>
    [JsonStringEnumMemberName("both")]
    Both,
}

/// <summary>Kinds of messages.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageOpcode>))]
public enum MessageOpcode
{
    /// <summary>Text, in UTF-8.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>Binary.</summary>
    [JsonStringEnumMemberName("binary")]
    Binary,

    /// <summary>Either.</summary>
    [JsonStringEnumMemberName("any")]
    Any,
}
