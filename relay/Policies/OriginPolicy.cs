using System.Text.Json;
using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Policies;

/// <summary>
/// Accepts requests only from web pages of given origins. Browsers let every page open a WebSocket to every server, cookies
/// included, and say only in the header Origin which page it is.
/// </summary>
internal sealed class OriginPolicy : IHandshakePolicy
{
    // What browsers send for pages that have no origin: files, sandboxed frames.
    private const string None = "null";

    private readonly IReadOnlyList<AllowedOrigin> _allowed;
    private readonly bool _allowsNone;
    private readonly bool _allowsMissing;

    private OriginPolicy(IReadOnlyList<AllowedOrigin> allowed, bool allowsNone, bool allowsMissing) =>
        (_allowed, _allowsNone, _allowsMissing) = (allowed, allowsNone, allowsMissing);

    /// <inheritdoc/>
    public ValueTask<Verdict> CheckAsync(HandshakeRequest request, CancellationToken cancel)
    {
        var passes = request.Http.Headers.Origin switch
        {
            [] => _allowsMissing,
            [None] => _allowsNone,
            [{ } origin] => _allowed.Any(allowed => allowed.Matches(origin)),
            _ => false,
        };
        return new(passes
            ? Verdict.Pass
            : Verdict.Refuse(RefusalReason.OriginNotAllowed, "This product takes no requests from the page that sent this one."));
    }

    /// <summary>As the chain has them.</summary>
    internal sealed class Settings
    {
        public required IReadOnlyList<string> Allow { get; set; }

        public bool AllowMissing { get; set; } = true;
    }

    internal sealed class Factory : IPolicyFactory
    {
        public string Name => "origin";

        public IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors)
        {
            if (PolicySettings.Read(Name, settings, PolicyJson.Default.Origin, errors) is not { } read)
            {
                return null;
            }

            var named = read.Allow.Where(text => text != None).Select(AllowedOrigin.Parse).ToList();
            if (named.Contains(null))
            {
                errors.Add($"{Name}: what it allows needs to be origins, such as https://app.example.com.");
                return null;
            }

            return new OriginPolicy([.. named.OfType<AllowedOrigin>()], read.Allow.Contains(None), read.AllowMissing);
        }
    }
}
