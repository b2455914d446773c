using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Serverless.Relay.Policies;

/// <summary>What to do with a header, as 3scale has it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HeaderOperation>))]
internal enum HeaderOperation
{
    /// <summary>One more value where the header is there.</summary>
    [JsonStringEnumMemberName("add")]
    Add,

    /// <summary>This value alone.</summary>
    [JsonStringEnumMemberName("set")]
    Set,

    /// <summary>One more value in any case.</summary>
    [JsonStringEnumMemberName("push")]
    Push,

    /// <summary>No such header.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,
}

/// <summary>One change of headers.</summary>
internal sealed record HeaderEdit(HeaderOperation Operation, string Name, string Value)
{
    /// <summary>Changes what a backend gets.</summary>
    public void Apply(List<KeyValuePair<string, string>> headers)
    {
        bool IsThis(KeyValuePair<string, string> header) => header.Key.Equals(Name, StringComparison.OrdinalIgnoreCase);

        var there = headers.Exists(IsThis);
        if (Operation is HeaderOperation.Set or HeaderOperation.Delete)
        {
            headers.RemoveAll(IsThis);
        }

        if (Operation is HeaderOperation.Set or HeaderOperation.Push || (Operation == HeaderOperation.Add && there))
        {
            headers.Add(new(Name, Value));
        }
    }

    /// <summary>Changes what a client gets.</summary>
    public void Apply(IHeaderDictionary headers)
    {
        switch (Operation)
        {
            case HeaderOperation.Set:
                headers[Name] = Value;
                break;
            case HeaderOperation.Delete:
                headers.Remove(Name);
                break;
            case HeaderOperation.Push:
            case HeaderOperation.Add when headers.ContainsKey(Name):
                headers[Name] = StringValues.Concat(headers[Name], Value);
                break;
            default:
                break;
        }
    }
}
