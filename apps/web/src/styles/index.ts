import './element-plus.css';
import './tokens.css';
import './components.css';
import './app.css';
