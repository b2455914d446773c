namespace Serverless.Relay.Authorization;

/// <summary>
/// Which answers of the functions have been overtaken by what has happened since they were asked for. Each time that something
/// happens is one more moment; an answer bears the moment at which its question was about to be sent.
/// </summary>
internal sealed class AnswerAges
{
    /// <summary>So many applications and products are remembered; with one more, all answers so far are overtaken.</summary>
    public const int Most = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string? Product, string? Application), long> _overtaken = [];
    private long _all;
    private long _now;

    /// <summary>The moment. To be read before a question is sent.</summary>
    public long Now
    {
        get
        {
            lock (_lock)
            {
                return _now;
            }
        }
    }

    /// <summary>Answers about an application are overtaken, whoever still waits for them.</summary>
    public void Overtake(string application) => Overtake((null, application));

    /// <summary>Answers about a product are overtaken, whichever application they are about.</summary>
    public void OvertakeProduct(string product) => Overtake((product, null));

    /// <summary>All answers so far are overtaken.</summary>
    public void OvertakeAll()
    {
        lock (_lock)
        {
            _overtaken.Clear();
            _all = ++_now;
        }
    }

    /// <summary>Whether an answer still holds.</summary>
    /// <param name="asked">Its moment.</param>
    /// <param name="product">The product that it was asked about.</param>
    /// <param name="application">Whom it is about; null when it knows of nobody.</param>
    public bool Holds(long asked, string product, string? application)
    {
        lock (_lock)
        {
            return asked >= _all
                && asked >= _overtaken.GetValueOrDefault((product, null))
                && (application is null || asked >= _overtaken.GetValueOrDefault((null, application)));
        }
    }

    private void Overtake((string? Product, string? Application) about)
    {
        lock (_lock)
        {
            _now++;
            if (_overtaken.Count == Most && !_overtaken.ContainsKey(about))
            {
                _overtaken.Clear();
                _all = _now;
            }

            _overtaken[about] = _now;
        }
    }
}
