using System.Text.Json;
using Serverless.Contracts;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Metering;

/// <summary>The message rules of a version, made ready once.</summary>
internal sealed class CountingRules(IReadOnlyList<MessageRule> rules)
{
    private readonly CountingRule[] _fromClient = [.. rules.Where(rule => rule.Direction != MessageDirection.Out).Select(rule => new CountingRule(rule))];
    private readonly CountingRule[] _fromBackend = [.. rules.Where(rule => rule.Direction != MessageDirection.In).Select(rule => new CountingRule(rule))];

    /// <summary>Whether messages have to be read, and so must not be compressed.</summary>
    public bool ReadMessages { get; } = rules.Any(rule => rule.JsonPointer is not null);

    /// <summary>Counts what the client sends; null where nothing is to be counted.</summary>
    public MessageObserver? FromClient(ApplicationMeter meter, Action nothingLeft) => Observe(_fromClient, meter, nothingLeft);

    /// <summary>Counts what the backend sends; null where nothing is to be counted.</summary>
    public MessageObserver? FromBackend(ApplicationMeter meter, Action nothingLeft) => Observe(_fromBackend, meter, nothingLeft);

    private static RuleCounter? Observe(CountingRule[] rules, ApplicationMeter meter, Action nothingLeft) =>
        rules.Length == 0 ? null : new RuleCounter(rules, meter, nothingLeft);
}

/// <summary>One message rule, made ready.</summary>
internal sealed class CountingRule(MessageRule rule)
{
    private readonly JsonPlace? _place = rule.JsonPointer is { } pointer ? new JsonPlace(pointer) : null;

    public string Metric => rule.Metric;

    public long Delta => rule.Delta;

    /// <summary>Whether it looks into messages.</summary>
    public bool Reads => _place is not null;

    public bool Takes(bool isText) => rule.Opcode switch
    {
        MessageOpcode.Text => isText,
        MessageOpcode.Binary => !isText,
        _ => true,
    };

    /// <summary>Whether a message that is JSON matches.</summary>
    public bool Matches(JsonElement message) => _place is null || (rule.EqualTo is { } value && _place.Holds(message, value));
}
