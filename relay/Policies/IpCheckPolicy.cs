using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Policies;

/// <summary>
/// Accepts or refuses clients by the address that they come from: their connection's, or behind proxies that the relay trusts,
/// what these say. What a header says otherwise, anybody can write.
/// </summary>
internal sealed class IpCheckPolicy : IHandshakePolicy
{
    private readonly IReadOnlyList<AddressRange> _ranges;
    private readonly bool _accepts;
    private readonly OwnAnswer? _answer;

    private IpCheckPolicy(IReadOnlyList<AddressRange> ranges, bool accepts, OwnAnswer? answer) =>
        (_ranges, _accepts, _answer) = (ranges, accepts, answer);

    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel) =>
        new(request.Client is { } client && _ranges.Any(range => range.Contains(client)) == _accepts
            ? Verdict.Pass
            : new Verdict(new Refusal(RefusalReason.IpNotAllowed, "This product takes no requests from your address.", Own: _answer)));

    /// <summary>What the list is of.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<CheckType>))]
    internal enum CheckType
    {
        /// <summary>Those who are accepted.</summary>
        [JsonStringEnumMemberName("whitelist")]
        Whitelist,

        /// <summary>Those who are refused.</summary>
        [JsonStringEnumMemberName("blacklist")]
        Blacklist,
    }

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public required CheckType CheckType { get; set; }

        public required IReadOnlyList<string> Ips { get; set; }

        public string? ErrorMsg { get; set; }

        public IReadOnlyList<string> ClientIpSources { get; set; } = [];
    }

    internal sealed class Factory : IPolicyFactory
    {
        private const string LastCaller = "last_caller";

        public string Name => "ip_check";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.IpCheck, errors) is not { } read)
            {
                return null;
            }

            var ranges = read.Ips.Select(AddressRange.Parse).ToList();
            if (ranges.Contains(null) || read.ClientIpSources.Any(source => source != LastCaller))
            {
                errors.Add($"{Name}: it needs IP addresses or ranges of them, and knows no source of a client's but '{LastCaller}'.");
                return null;
            }

            var answer = read.ErrorMsg is { } text ? new OwnAnswer(403, MediaTypeNames.Text.Plain + "; charset=utf-8", text) : null;
            return new IpCheckPolicy([.. ranges.OfType<AddressRange>()], read.CheckType == CheckType.Whitelist, answer);
        }
    }
}
