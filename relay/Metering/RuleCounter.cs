using System.Buffers;
using System.Text.Json;
using Serverless.Relay.Tunnel;

namespace Serverless.Relay.Metering;

/// <summary>
/// Counts the messages of one direction of a tunnel by the product's rules, each when it has passed. Holds up nothing, and
/// keeps a message only while it passes, only where a rule looks into it, and only up to <see cref="MostRead"/>.
/// </summary>
internal sealed class RuleCounter(IReadOnlyList<CountingRule> rules, ApplicationMeter meter, Action nothingLeft) : MessageObserver
{
    /// <summary>Bytes of a message that rules can look into; a longer one matches none that does.</summary>
    public const int MostRead = 64 * 1024;

    // Found once: to look a meter up takes a lock.
    private readonly (CountingRule Rule, MetricMeter Meter)[] _rules = [.. rules.Select(rule => (rule, meter[rule.Metric]))];
    private bool _isText;
    private bool _reads;
    private byte[]? _message;
    private int _length;

    /// <inheritdoc/>
    public override void Begin(bool isText, bool isCompressed)
    {
        _isText = isText;
        _reads = !isCompressed && ReadsAny(isText);
        _length = 0;
    }

    /// <inheritdoc/>
    public override void Take(ReadOnlySpan<byte> payload, uint mask, long offset)
    {
        if (!_reads)
        {
            return;
        }

        if (payload.Length > MostRead - _length)
        {
            _reads = false;
            return;
        }

        _message = Room(payload.Length);
        for (var i = 0; i < payload.Length; i++)
        {
            _message[_length + i] = (byte)(payload[i] ^ (byte)(mask >> (int)(24 - (8 * ((offset + i) & 3)))));
        }

        _length += payload.Length;
    }

    /// <inheritdoc/>
    public override void End()
    {
        using var json = Read();
        foreach (var (rule, counted) in _rules)
        {
            if (rule.Takes(_isText) && (!rule.Reads || (json is not null && rule.Matches(json.RootElement))) && !counted.Use(rule.Delta))
            {
                nothingLeft();
            }
        }

        Release();
    }

    /// <inheritdoc/>
    public override void Dispose() => Release();

    private bool ReadsAny(bool isText)
    {
        foreach (var (rule, _) in _rules)
        {
            if (rule.Reads && rule.Takes(isText))
            {
                return true;
            }
        }

        return false;
    }

    private JsonDocument? Read()
    {
        if (!_reads || _message is null)
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(_message.AsMemory(0, _length), new JsonDocumentOptions { MaxDepth = 32 });
        }
        catch (JsonException)
        {
            // Whatever it is, it is no JSON that a rule could match.
            return null;
        }
    }

    private byte[] Room(int more)
    {
        if (_message is not null && _message.Length >= _length + more)
        {
            return _message;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Clamp(2 * (_length + more), 1024, MostRead));
        _message?.AsSpan(0, _length).CopyTo(larger);
        Release();
        return larger;
    }

    private void Release()
    {
        if (_message is not null)
        {
            ArrayPool<byte>.Shared.Return(_message);
            _message = null;
        }
    }
}
