using System.Text.Json.Serialization;
using Serverless.Contracts;

namespace Serverless.Relay.Sessions;

/// <summary>A session as operators see it; in is from client to backend.</summary>
internal sealed record SessionAnswer(
    string Id,
    string Product,
    string Environment,
    string? Application,
    string Backend,
    string Client,
    string Path,
    DateTimeOffset OpenedAt,
    long MessagesIn,
    long BytesIn,
    long MessagesOut,
    long BytesOut)
{
    public static SessionAnswer Of(Session session)
    {
        var (owner, traffic) = (session.Owner, session.Traffic);
        return new(
            session.Id.ToString(),
            owner.Product,
            owner.Environment,
            owner.Application,
            owner.Backend,
            owner.Client,
            owner.Path,
            session.OpenedAt,
            traffic.MessagesIn,
            traffic.BytesIn,
            traffic.MessagesOut,
            traffic.BytesOut);
    }
}

/// <summary>A page of them.</summary>
/// <param name="Open">How many there are in all, whatever was asked for.</param>
/// <param name="Sessions">The page, by id.</param>
/// <param name="After">What to ask for to get the next page; null when this is the last one.</param>
internal sealed record SessionPage(int Open, IReadOnlyList<SessionAnswer> Sessions, string? After);

/// <summary>
/// A drain as operators see it: how many sessions it is about, how many of them have been asked to close, and how many have
/// not ended yet.
/// </summary>
internal sealed record DrainAnswer(
    string? Product,
    string? Environment,
    string? Application,
    string? Backend,
    DateTimeOffset StartedAt,
    double SpreadSeconds,
    int Sessions,
    int Asked,
    int Left)
{
    public static DrainAnswer Of(OperatorDrain drain) => new(
        drain.Filter.Product,
        drain.Filter.Environment,
        drain.Filter.Application,
        drain.Filter.Backend,
        drain.StartedAt,
        drain.Ending.Spread.TotalSeconds,
        drain.Ending.Count,
        drain.Ending.Asked,
        drain.Ending.Left);
}

/// <summary>Drains under way, and the last ones that are done.</summary>
internal sealed record DrainList(IReadOnlyList<DrainAnswer> Drains);

/// <summary>What became of a message: how many sessions it is meant for, and how many of them will send it.</summary>
internal sealed record MessageAnswer(int Sessions, int Sending);

/// <summary>How the management port writes about sessions.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionPage))]
[JsonSerializable(typeof(DrainAnswer))]
[JsonSerializable(typeof(DrainList))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class OperatorJson : JsonSerializerContext;
